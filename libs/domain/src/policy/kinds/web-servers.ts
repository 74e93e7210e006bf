import type { KindAttribute, ShippedKind, ShippedStep } from './shipped-kind';
import {
  NETWORK_ATTRIBUTES,
  PORT_CLOSED,
  reachable,
  REACHABLE_NOW,
  step,
  UNIT_ACTIVE,
  UNIT_START,
  UNIT_STEADY,
  UNIT_STOP,
  UNIT_STOPPED,
} from './steps';

const GRACE: KindAttribute = {
  name: 'graceSeconds',
  type: 'number',
  default: 30,
  maximum: 240,
  means: 'How long requests that run may take to end before they are cut.',
};

/** What could not start again is not stopped: its configuration is tested in both directions. */
function webServer(config: ShippedStep, drain: readonly ShippedStep[]): ShippedKind['phases'] {
  return {
    stop: [config, ...drain, UNIT_STOP],
    verifyStopped: [UNIT_STOPPED, PORT_CLOSED],
    start: [config, UNIT_START],
    verifyStarted: [UNIT_STEADY, ...reachable('2m')],
    probe: [UNIT_ACTIVE, ...REACHABLE_NOW],
  };
}

export const NGINX: ShippedKind = {
  title: 'nginx',
  unit: { default: 'nginx.service' },
  attributes: [
    {
      name: 'config',
      type: 'text',
      default: '/etc/nginx/nginx.conf',
      means: 'Configuration file that is tested before the stop and before the start.',
    },
    GRACE,
    ...NETWORK_ATTRIBUTES,
  ],
  phases: webServer(step('@nginx-config {config}', { timeout: '1m' }), [
    step('@unit-drain {unit} QUIT {graceSeconds}', { timeout: '5m' }),
  ]),
};

export const APACHE: ShippedKind = {
  title: 'Apache HTTP Server',
  unit: 'required',
  attributes: [GRACE, ...NETWORK_ATTRIBUTES],
  phases: webServer(step('@apache-config', { timeout: '1m' }), [
    step('@unit-drain {unit} WINCH {graceSeconds}', { timeout: '5m' }),
  ]),
};

export const HAPROXY: ShippedKind = {
  title: 'HAProxy (the process)',
  unit: { default: 'haproxy.service' },
  attributes: [
    {
      name: 'config',
      type: 'text',
      default: '/etc/haproxy/haproxy.cfg',
      means: 'Configuration file that is tested before the stop and before the start.',
    },
    ...NETWORK_ATTRIBUTES,
  ],
  phases: webServer(step('@haproxy-config {config}', { timeout: '1m' }), []),
};
