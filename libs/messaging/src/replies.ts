import type { CommandHandler, OnNotice } from './bus';
import { reasonOf } from './errors';
import { type Problem, rejectionProblem } from './problem';

/** How a command is refused on the bus; the way it succeeds is the handler's own. */
export interface Refusal {
  readonly ok: false;
  readonly problem: Problem;
}

export const DEFAULT_QUEUE = 'patchtide';
export const DEFAULT_MAX_CONCURRENT = 64;

export const BUSY = refusal(503, 'busy', 'Too many commands at once', 'Try again in a moment.');

/** Runs a command's handler; whatever it throws becomes a refusal without internals. */
export async function answerTo(
  handler: CommandHandler,
  command: { subject: string; raw: string },
  notify: OnNotice,
): Promise<unknown> {
  const { subject, raw } = command;
  let data: unknown;
  try {
    data = JSON.parse(raw);
  } catch (error) {
    return refusal(400, 'not-json', 'The command is not JSON', reasonOf(error));
  }
  try {
    return await handler({ subject, data });
  } catch (error) {
    const problem = rejectionProblem(error);
    if (problem !== undefined) return { ok: false, problem } satisfies Refusal;
    const detail = { subject, reason: reasonOf(error) };
    notify({ code: 'handler-failed', message: 'a command failed', detail, error });
    return refusal(500, 'internal', 'The command failed', 'The service has logged the cause.');
  }
}

function refusal(status: number, code: string, title: string, detail: string): Refusal {
  return { ok: false, problem: { type: `urn:patchtide:problem:${code}`, title, status, code, detail } };
}
