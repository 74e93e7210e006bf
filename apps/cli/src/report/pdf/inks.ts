import type { PatchResult } from '@patchtide/domain';
import type { Ink } from './sheet';

const BLACK = '#1c2733';
const SOFT = '#5b6875';
const GOOD = '#146c43';
const BAD = '#b02a37';
const WARN = '#8a5a00';
const CALM = '#1f5f99';

const plain = (size: number, colour = BLACK): Ink => ({ font: 'Helvetica', size, colour });
const bold = (size: number, colour = BLACK): Ink => ({ font: 'Helvetica-Bold', size, colour });

export const INKS = {
  over: plain(8, SOFT),
  title: bold(18),
  section: bold(12),
  caption: bold(9),
  number: bold(18),
  text: plain(9),
  soft: plain(9, SOFT),
  head: bold(8, SOFT),
  cell: plain(8),
  small: plain(7, SOFT),
  due: bold(8, WARN),
  code: { font: 'Courier', size: 7.5, colour: BLACK },
  foot: plain(7, SOFT),
} as const satisfies Record<string, Ink>;

const RESULT_COLOURS: Readonly<Record<PatchResult, string>> = {
  patched: GOOD,
  'by-hand': GOOD,
  failed: BAD,
  unknown: BAD,
  skipped: WARN,
  'left-out': WARN,
  excluded: SOFT,
  pending: CALM,
};

export function resultInk(result: PatchResult): Ink {
  return bold(8, RESULT_COLOURS[result]);
}
