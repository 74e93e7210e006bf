import type { ShippedKind } from './shipped-kind';
import { step } from './steps';

const ENTRY = '{socket} {backend} {serverName}';

export const HAPROXY_SERVER: ShippedKind = {
  title: 'HAProxy backend server (one entry of a load balancer)',
  unit: 'none',
  attributes: [
    { name: 'backend', type: 'text', means: 'Name of the backend, as in the configuration of HAProxy.' },
    { name: 'serverName', type: 'text', means: 'Name of the server in that backend.' },
    {
      name: 'socket',
      type: 'text',
      default: '/run/haproxy/admin.sock',
      means: 'Runtime socket of HAProxy; it needs `level admin`.',
    },
    {
      name: 'drainSeconds',
      type: 'number',
      default: 300,
      maximum: 540,
      means: 'How long sessions may take to end after no new ones arrive.',
    },
    {
      name: 'afterDrain',
      type: 'text',
      oneOf: ['fail', 'maint'],
      default: 'fail',
      means: 'When sessions are left after that time: `fail` leaves them alone, `maint` cuts them.',
    },
    {
      name: 'keepUp',
      type: 'number',
      default: 0,
      means: 'How many other servers of the backend must be up; with fewer, this one stays in service.',
    },
  ],
  phases: {
    stop: [step(`@haproxy-drain ${ENTRY} {drainSeconds} {afterDrain} {keepUp}`, { timeout: '10m' })],
    verifyStopped: [step(`@haproxy-stopped ${ENTRY}`)],
    start: [step(`@haproxy-ready ${ENTRY}`, { timeout: '1m' })],
    verifyStarted: [step(`@haproxy-up ${ENTRY}`, { timeout: '3m' })],
    probe: [step(`@haproxy-up ${ENTRY}`, { until: false, timeout: '30s' })],
  },
};
