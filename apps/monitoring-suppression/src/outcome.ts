import { CallFailed, type CallFailure } from '@patchtide/connectors/monitoring';
import type { AttemptFinished, Outcome } from '@patchtide/contracts';

/** What became of one subject of an order. */
export type SubjectResult =
  | { readonly subject: string; readonly ok: true; readonly note: string; readonly foreignId?: string }
  | { readonly subject: string; readonly ok: false; readonly outcome: Outcome; readonly reason: string };

export type Ending = Pick<AttemptFinished, 'outcome' | 'summary' | 'outputTail' | 'facts'>;

const BY_FAILURE: Readonly<Partial<Record<CallFailure, Outcome>>> = {
  'timed-out': 'timed-out',
  unreachable: 'unreachable',
};

/** A failure as a result. Anything but a CallFailed is ours, not the foreign system's, and is thrown on. */
export function failureOf(subject: string, error: unknown): SubjectResult {
  if (!(error instanceof CallFailed)) throw error;
  return { subject, ok: false, outcome: BY_FAILURE[error.failure] ?? 'failed', reason: error.message };
}

/** The end of an attempt: success only when every subject succeeded. */
export function endingOf(results: readonly SubjectResult[]): Ending {
  const failed = results.filter((result) => !result.ok);
  const outputTail = results.map(lineOf).join('\n').slice(-4_000);
  if (failed.length === 0) {
    const facts = Object.fromEntries(results.slice(0, 100).map(factOf));
    const notes = [...new Set(results.map((result) => (result.ok ? result.note : '')))];
    return {
      outcome: 'succeeded',
      summary: short(notes.join(' ') || 'There was nothing to do.'),
      outputTail,
      facts,
    };
  }
  const [first] = failed;
  const share = results.length > 1 ? `${failed.length} of ${results.length} failed: ` : '';
  const summary = short(`${share}${first?.subject}: ${first?.reason}`);
  const hasBegun = results.some((result) => result.ok || result.outcome !== 'not-begun');
  const outcome = hasBegun ? worst(failed.map(({ outcome: one }) => one)) : 'not-begun';
  return { outcome, summary, outputTail };
}

/** When things went wrong in several ways, the one that says least about reachability counts. */
function worst(outcomes: readonly Outcome[]): Outcome {
  const order: readonly Outcome[] = ['failed', 'timed-out', 'unreachable'];
  return order.find((outcome) => outcomes.includes(outcome)) ?? 'failed';
}

function lineOf(result: SubjectResult): string {
  return `${result.subject}: ${result.ok ? result.note : result.reason}`;
}

function factOf(result: SubjectResult): [string, string] {
  return [result.subject, (result.ok && result.foreignId) || '-'];
}

function short(text: string): string {
  return text.length <= 500 ? text : `${text.slice(0, 499)}…`;
}
