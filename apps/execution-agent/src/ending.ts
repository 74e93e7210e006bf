import { type AttemptEnd, Unquotable, Unreachable } from '@patchtide/connectors/remote-shell';
import type { Action, AttemptFinished } from '@patchtide/contracts';

/** What is reported about the end of an attempt, beside whose it was. */
export type Ending = Pick<AttemptFinished, 'outcome' | 'summary' | 'exitCode' | 'bootId' | 'facts'>;

/** How following an attempt ended: with what the journal says, or with an error that kept us from the host. */
export type Seen = AttemptEnd | Unreachable | Unquotable;

export interface AttemptFacts {
  action: Action;
  /** Everything the attempt wrote, or the end of it. */
  output: string;
  /** Somebody may have had this order before us, and may have started it. */
  wasHandedOutBefore: boolean;
}

const STEP_TIMED_OUT = 124;

/**
 * Says what an attempt's end means. Only a recorded exit code 0, or for REBOOT a new boot id, is success. Null: a newer
 * order for the same attempt is out, and whoever has that one reports.
 */
export function endingOf(seen: Seen, facts: AttemptFacts): Ending | null {
  if (seen instanceof Unreachable) return unreachable(seen, facts);
  if (seen instanceof Unquotable)
    return failed(`${seen.message} Nothing was started; correct the plan's input.`);
  switch (seen.kind) {
    case 'exited':
      return { ...exited(seen.code, facts), exitCode: seen.code, bootId: seen.bootId };
    case 'rebooted':
      return { ...rebooted(facts.action), bootId: seen.bootNow };
    case 'interrupted':
      return {
        ...unknown('It was killed on the way. Look at the server, then retry or complete it by hand.'),
        bootId: seen.bootId,
      };
    case 'refused':
      return refused(seen.reason);
    case 'lost':
      return unknown(`Look at the server before you retry: ${seen.reason}`);
  }
}

function exited(code: number, { action, output }: AttemptFacts): Ending {
  if (code === STEP_TIMED_OUT) {
    return {
      outcome: 'timed-out',
      summary: 'A step took too long and was ended. Read the output for which one, then retry.',
    };
  }
  if (code !== 0) return failed(`Ended with exit code ${code}. Read the output, put it right, then retry.`);
  if (action !== 'REBOOT') return { outcome: 'succeeded', summary: 'Done.' };
  if (/^reboot not needed$/m.test(output)) {
    return { outcome: 'succeeded', summary: 'No reboot was needed.', facts: { rebooted: 'false' } };
  }
  return failed('It ended with exit code 0, but the server was not rebooted.');
}

function rebooted(action: Action): Ending {
  if (action === 'REBOOT') {
    return { outcome: 'succeeded', summary: 'Rebooted and back.', facts: { rebooted: 'true' } };
  }
  return unknown('The server went down while it ran. Look at the server, then retry or complete it by hand.');
}

const REFUSALS: Readonly<Record<string, string>> = {
  'journal-unwritable': 'the step journal cannot be written; free some space on its disk, then retry',
  'not-started': 'the step runner could not be started; look at the server, then retry',
  'other-attempt-running': 'an earlier attempt of this job still runs there; wait for its end, then retry',
  'no-flock': 'the program flock is missing; install util-linux, then retry',
  'no-setsid': 'the program setsid is missing; install util-linux, then retry',
  'no-timeout': 'the program timeout is missing; install coreutils, then retry',
  'bad-request': 'it did not understand the order',
};

function refused(reason: string): Ending | null {
  if (reason === 'stale-epoch') return null;
  const known = REFUSALS[reason];
  if (known === undefined)
    return unknown(`The server refused the order (${reason}). Look at its step journal.`);
  return failed(`Nothing was started: ${known}.`);
}

function unreachable(error: Unreachable, { wasHandedOutBefore }: AttemptFacts): Ending {
  if (wasHandedOutBefore) {
    return unknown(`It may have been started before; now the server cannot be reached: ${error.message}`);
  }
  return { outcome: 'unreachable', summary: short(`Nothing was started: ${error.message}`) };
}

function failed(summary: string): Ending {
  return { outcome: 'failed', summary: short(summary) };
}

function unknown(summary: string): Ending {
  return { outcome: 'unknown', summary: short(summary) };
}

function short(text: string): string {
  return text.length <= 500 ? text : `${text.slice(0, 499)}…`;
}
