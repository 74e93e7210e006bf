import type { ShippedKind } from './shipped-kind';
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

export const TOMCAT: ShippedKind = {
  title: 'Apache Tomcat',
  unit: 'required',
  attributes: NETWORK_ATTRIBUTES,
  phases: {
    stop: [UNIT_STOP],
    verifyStopped: [UNIT_STOPPED, PORT_CLOSED],
    start: [UNIT_START],
    verifyStarted: [UNIT_STEADY, ...reachable('5m')],
    probe: [UNIT_ACTIVE, ...REACHABLE_NOW],
  },
};

const RUNNING = '@wildfly-running {home} {controller}';

export const WILDFLY: ShippedKind = {
  title: 'WildFly, JBoss EAP',
  unit: { default: 'wildfly.service' },
  attributes: [
    {
      name: 'home',
      type: 'text',
      default: '/opt/wildfly',
      means: 'Where it is installed; `bin/jboss-cli.sh` is there.',
    },
    {
      name: 'controller',
      type: 'text',
      default: '127.0.0.1:9990',
      means: 'Address and port of the management interface.',
    },
    {
      name: 'suspendSeconds',
      type: 'number',
      default: 60,
      maximum: 240,
      means: 'How long requests that run may take to end before they are cut.',
    },
    ...NETWORK_ATTRIBUTES,
  ],
  phases: {
    stop: [
      step('@wildfly-suspend {unit} {home} {controller} {suspendSeconds}', { timeout: '8m' }),
      UNIT_STOP,
    ],
    verifyStopped: [UNIT_STOPPED, PORT_CLOSED],
    start: [UNIT_START],
    verifyStarted: [UNIT_STEADY, step(RUNNING, { timeout: '5m' }), ...reachable('5m')],
    probe: [UNIT_ACTIVE, step(RUNNING, { until: false, timeout: '2m' }), ...REACHABLE_NOW],
  },
};
