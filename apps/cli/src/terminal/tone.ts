import type { Style } from './style';

const TONES: Readonly<Record<string, Style>> = {
  completed: 'green',
  succeeded: 'green',
  resolved: 'green',
  running: 'cyan',
  dispatched: 'cyan',
  paused: 'yellow',
  pausing: 'yellow',
  restoring: 'yellow',
  acknowledged: 'yellow',
  'taken-over': 'yellow',
  unknown: 'alarm',
  failed: 'red',
  open: 'red',
  aborted: 'red',
  'window-closed': 'red',
  rejected: 'red',
  'needs-hands': 'alarm',
};

/** How a status is coloured, the same everywhere. */
export function toneOf(status: string): Style {
  return TONES[status] ?? 'plain';
}
