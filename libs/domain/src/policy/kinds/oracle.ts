import type { ShippedKind } from './shipped-kind';
import { step } from './steps';

const TARGET = '{oracleHome} {osUser} {scope} {database} {node} {stateFile}';

export const ORACLE: ShippedKind = {
  title: 'Oracle Database under Grid Infrastructure or Oracle Restart',
  unit: 'none',
  attributes: [
    { name: 'oracleHome', type: 'text', means: 'Home of the database software.' },
    { name: 'database', type: 'text', means: 'Unique name of the database (`db_unique_name`).' },
    {
      name: 'scope',
      type: 'text',
      oneOf: ['database', 'instance', 'home'],
      default: 'database',
      means: 'What stops: the database, its instance on this node, or all that runs out of the home.',
    },
    { name: 'sid', type: 'text', default: '{database}', means: 'Name of the instance on this server.' },
    {
      name: 'node',
      type: 'text',
      default: 'local',
      means: 'Name of this node in the cluster; `local` is its short host name.',
    },
    { name: 'osUser', type: 'text', default: 'oracle', means: 'Owner of the home.' },
    {
      name: 'stateFile',
      type: 'text',
      default: 'home',
      means: 'Where `srvctl stop home` notes what ran; `home` is `dbs/patchtide-srvctl.state` in the home.',
    },
    {
      name: 'datapatch',
      type: 'text',
      oneOf: ['yes', 'no'],
      default: 'yes',
      means: 'Whether the database takes over what was patched; `no` on a standby and on all but one node.',
    },
  ],
  phases: {
    stop: [step(`@oracle-stop ${TARGET}`, { timeout: '15m' })],
    verifyStopped: [step(`@oracle-stopped ${TARGET}`, { timeout: '5m' })],
    start: [
      step(`@oracle-start ${TARGET}`, { timeout: '15m' }),
      step('@oracle-datapatch {oracleHome} {osUser} {sid} {datapatch}', { timeout: '60m' }),
    ],
    verifyStarted: [step(`@oracle-running ${TARGET}`, { timeout: '5m' })],
    probe: [step(`@oracle-running ${TARGET}`, { until: false, timeout: '2m' })],
  },
};
