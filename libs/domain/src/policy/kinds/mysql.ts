import { ROLE } from './postgresql';
import type { ShippedKind } from './shipped-kind';
import { step, UNIT_ACTIVE, UNIT_START, UNIT_STEADY, UNIT_STOP, UNIT_STOPPED } from './steps';

const ACCESS = '{socket} {defaultsFile}';

function likeMysql(title: string, unit: ShippedKind['unit']): ShippedKind {
  return {
    title,
    unit,
    attributes: [
      ROLE,
      {
        name: 'socket',
        type: 'text',
        default: '/run/mysqld/mysqld.sock',
        means: 'Local socket of the server.',
      },
      {
        name: 'defaultsFile',
        type: 'text',
        default: 'none',
        means: 'File on the host with user and password, where root may not enter by the socket.',
      },
      {
        name: 'maxLagSeconds',
        type: 'number',
        default: 60,
        means: 'How far a replica may be behind its primary after the start.',
      },
    ],
    phases: {
      stop: [
        step(`@mysql-before-stop {unit} ${ACCESS} {role}`, { timeout: '2m' }),
        { ...UNIT_STOP, timeout: '15m' },
      ],
      verifyStopped: [UNIT_STOPPED, step('@mysql-stopped {socket}')],
      start: [{ ...UNIT_START, timeout: '15m' }],
      verifyStarted: [UNIT_STEADY, step(`@mysql-up ${ACCESS} {role} {maxLagSeconds}`, { timeout: '10m' })],
      probe: [UNIT_ACTIVE, step(`@mysql-probe ${ACCESS} {role}`, { until: false, timeout: '1m' })],
    },
  };
}

export const MYSQL = likeMysql('MySQL', 'required');
export const MARIADB = likeMysql('MariaDB', { default: 'mariadb.service' });
