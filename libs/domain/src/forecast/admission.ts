import type { Admission, AdmissionRule, Fault, Forecast, Move } from '@patchtide/contracts';
import { toMs } from '../instant';
import { inWords } from './in-words';

export interface AdmissionInput {
  readonly rule: AdmissionRule;
  /** Least share of nights, in percent, that must end inside the windows; null: the expected end decides. */
  readonly confidence: number | null;
  readonly forecast: Forecast;
  /** End of the last window. */
  readonly windowEnd: string;
  /** Finds what to move; asked only where it is needed. */
  readonly moves: () => readonly Move[];
}

/** Whether a plan fits by the policy's rule, why not, and, where the policy asks for proposals, what would make it fit. */
export function admit(input: AdmissionInput): Admission {
  const { rule, confidence, forecast } = input;
  const fits = fitsBy(confidence, forecast);
  return {
    verdict: fits ? 'fits' : 'does-not-fit',
    rule,
    reasons: reasonsOf(input),
    moves: fits || rule === 'ask' ? [] : input.moves(),
  };
}

/** The policy's rule: the expected end is inside the windows, or enough nights end inside them. */
export function fitsBy(
  confidence: number | null,
  { fits, spread }: Pick<Forecast, 'fits'> & { readonly spread: Pick<Forecast['spread'], 'inWindow'> },
): boolean {
  return confidence === null ? fits : spread.inWindow * 100 >= confidence;
}

/** Why the policy does not let a plan pass; null when it does, or leaves it to people. */
export function refusal({ verdict, rule, reasons, moves }: Admission): Fault | null {
  if (verdict === 'fits' || rule !== 'reject') return null;
  const servers = moves.reduce((sum, move) => sum + move.servers, 0);
  const names = [...new Set(moves.flatMap((move) => move.applications))].sort();
  const shown = `${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`;
  const leaveOut =
    moves.length === 0
      ? ''
      : `Leave out ${shown} (${servers === 1 ? '1 server' : `${servers} servers`}), or `;
  const remedy = `${leaveOut}ask for a longer window, add another one, or raise the limits that bind it.`;
  return {
    path: '/window',
    message: `the plan does not fit: ${reasons.join('; ')}`,
    remedy: remedy.charAt(0).toUpperCase() + remedy.slice(1),
  };
}

function reasonsOf({ confidence, forecast, windowEnd }: AdmissionInput): string[] {
  const { end, slackMs, spread, lowerBoundMs, boundBy, start } = forecast;
  const expected =
    slackMs >= 0
      ? `it is expected to end at ${end}, ${inWords(slackMs)} before its window does`
      : `it is expected to end at ${end}, ${inWords(-slackMs)} after its window does`;
  const nights = `${percent(spread.inWindow)} of ${spread.runs} simulated nights end inside the windows`;
  const asked = confidence === null ? '' : `, and the policy asks for ${confidence} %`;
  const isHopeless = toMs(start) + lowerBoundMs > toMs(windowEnd);
  const bound = `no order of its jobs takes less than ${inWords(lowerBoundMs)}, because of ${boundBy}`;
  return [expected, `${nights}${asked}`, ...(isHopeless ? [bound] : [])];
}

/** Rounded down: 99.9 % is not a promise of 100 %. */
function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}
