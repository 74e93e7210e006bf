import type { KindAttribute, ShippedKind } from './shipped-kind';
import { step, UNIT_ACTIVE, UNIT_START, UNIT_STEADY, UNIT_STOP, UNIT_STOPPED } from './steps';

const AT = '{socketDirectory} {port}';

/** Shared by the databases that replicate. */
export const ROLE: KindAttribute = {
  name: 'role',
  type: 'text',
  oneOf: ['primary', 'replica', 'any'],
  default: 'any',
  means: 'What it has to be before the stop and after the start; `any` takes it as it is found.',
};

export const POSTGRESQL: ShippedKind = {
  title: 'PostgreSQL',
  unit: 'required',
  attributes: [
    ROLE,
    {
      name: 'port',
      type: 'number',
      default: 5432,
      maximum: 65_535,
      means: 'Port, which also names the socket.',
    },
    {
      name: 'socketDirectory',
      type: 'text',
      default: '/var/run/postgresql',
      means: 'Directory of the local socket, or an address.',
    },
    {
      name: 'osUser',
      type: 'text',
      default: 'postgres',
      means: 'User of the system and superuser of the database.',
    },
    {
      name: 'maxLagBytes',
      type: 'number',
      default: 16_777_216,
      means: 'How far a replica may be behind its primary after the start.',
    },
    {
      name: 'dataDirectory',
      type: 'text',
      optional: true,
      means: 'Directory of the cluster; given, its files must say that it was shut down in order.',
    },
  ],
  phases: {
    stop: [
      step(`@postgresql-before-stop {unit} ${AT} {osUser} {role}`, { timeout: '5m' }),
      { ...UNIT_STOP, timeout: '10m' },
    ],
    verifyStopped: [
      UNIT_STOPPED,
      step(`@postgresql-stopped ${AT}`),
      step('@postgresql-shut-down {dataDirectory}', { when: 'dataDirectory', until: false, timeout: '30s' }),
    ],
    start: [{ ...UNIT_START, timeout: '10m' }],
    verifyStarted: [
      UNIT_STEADY,
      step(`@postgresql-up ${AT} {osUser} {role} {maxLagBytes}`, { timeout: '5m' }),
    ],
    probe: [UNIT_ACTIVE, step(`@postgresql-probe ${AT} {osUser} {role}`, { until: false, timeout: '1m' })],
  },
};
