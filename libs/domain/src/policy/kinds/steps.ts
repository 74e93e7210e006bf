import type { KindAttribute, ShippedStep } from './shipped-kind';

/** A word of the host program, or a program, with its arguments in one line: none of them has spaces. */
export function step(
  words: string,
  more: { timeout?: string; until?: boolean; when?: string } = {},
): ShippedStep {
  return { command: words.split(' '), ...more };
}

export const UNIT_STOP = step('@unit-stop {unit}', { timeout: '5m' });
export const UNIT_STOPPED = step('@unit-stopped {unit}');
export const UNIT_START = step('@unit-start {unit}', { timeout: '5m' });
export const UNIT_STEADY = step('@unit-steady {unit}');
export const UNIT_ACTIVE = step('@unit-active {unit}', { until: false });

/** What tells that a server of the network is there: its port and, better, a page. */
export const NETWORK_ATTRIBUTES: readonly KindAttribute[] = [
  {
    name: 'port',
    type: 'number',
    optional: true,
    maximum: 65_535,
    means: 'TCP port that is closed after the stop and open after the start.',
  },
  {
    name: 'listen',
    type: 'text',
    default: '{address}',
    means: 'Address of that port; the address of the server when it is not given.',
  },
  {
    name: 'url',
    type: 'text',
    optional: true,
    means: 'Page that answers after the start. It must lead to this component, not to a load balancer.',
  },
  {
    name: 'urlStatus',
    type: 'text',
    default: 'ok',
    means: 'Status that the page answers with, such as `401`; `ok` is any from 200 to 399.',
  },
];

export const PORT_CLOSED = step('@tcp-closed {listen} {port}', { when: 'port' });

/** Port and page, where the component has them; each waits as long as the application may need to come up. */
export function reachable(timeout: string): readonly ShippedStep[] {
  return [
    step('@tcp-open {listen} {port}', { when: 'port', timeout }),
    step('@http-ok {url} {urlStatus}', { when: 'url', timeout }),
  ];
}

/** The same, looked at once. */
export const REACHABLE_NOW: readonly ShippedStep[] = reachable('30s').map((each) => ({
  ...each,
  until: false,
}));
