import { type AttemptEnd, type HostFacts, Unquotable, Unreachable } from '@patchtide/connectors/remote-shell';
import type { Action, AttemptFinished } from '@patchtide/contracts';
import { capitalized, inWords, patchInWords, reportedFacts } from './changes';
import { toldFailure } from './told-failure';

/** What is reported about the end of an attempt, beside whose it was. */
export type Ending = Pick<
  AttemptFinished,
  'outcome' | 'summary' | 'exitCode' | 'bootId' | 'facts' | 'packages'
>;

/** By `at` nothing had begun on the host, and nobody begins it any more. */
export interface NotBegun {
  kind: 'not-begun';
  notAfter: string;
  at: Date;
}

/** We have begun nothing, because our own clock is more than a minute behind the control's. */
export interface ClockBehind {
  kind: 'clock-behind';
  notAfter: string;
  at: Date;
}

/** How following an attempt ended: with what the journal says, or with an error that kept us from the host. */
export type Seen = AttemptEnd | NotBegun | ClockBehind | Unreachable | Unquotable;

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
      return { ...withFacts(exited(seen, facts), seen.facts), exitCode: seen.code, bootId: seen.bootId };
    case 'rebooted':
      return { ...withFacts(rebooted(facts.action), seen.facts), bootId: seen.bootNow };
    case 'not-begun':
      return notBegun(seen);
    case 'clock-behind':
      return clockBehind(seen);
    case 'interrupted':
      return {
        ...unknown('It was killed on the way. Look at the server, then retry or complete it by hand.'),
        bootId: seen.bootId,
      };
    case 'refused':
      return refused(seen.reason);
    case 'lost':
      return lost(seen.reason, facts);
  }
}

/** What the host stated, and on top what we conclude. */
function withFacts(ending: Ending, hostFacts: HostFacts): Ending {
  const reported = reportedFacts(hostFacts);
  const facts = { ...reported.facts, ...ending.facts };
  return { ...ending, ...reported, ...(Object.keys(facts).length === 0 ? {} : { facts }) };
}

type Exited = Extract<AttemptEnd, { kind: 'exited' }>;

function exited({ code, facts }: Exited, { action, output }: AttemptFacts): Ending {
  // A check can also fail by what only we could see: the clock of the host beside ours.
  const isUnfit = action === 'CHECK' && facts.notes['failure'] !== undefined;
  if (code !== 0 || isUnfit) return exitedBadly(code, facts);
  if (action === 'PATCH') return { outcome: 'succeeded', summary: short(patchInWords(facts)) };
  if (action !== 'REBOOT') {
    const changes = inWords(facts);
    return { outcome: 'succeeded', summary: changes === '' ? 'Done.' : `Done: ${changes}.` };
  }
  if (facts.notes['reboot-needed'] === 'no' || /^reboot not needed$/m.test(output)) {
    return { outcome: 'succeeded', summary: 'No reboot was needed.', facts: { rebooted: 'false' } };
  }
  return failed('It ended with exit code 0, but the server was not rebooted.');
}

/** The host's own sentence where it has one, what is not as it was before, and what to do about it. */
function exitedBadly(code: number, facts: HostFacts): Ending {
  const isTimeOut = code === STEP_TIMED_OUT;
  const generic = isTimeOut ? 'A step took too long and was ended' : `Ended with exit code ${code}`;
  const { what = generic, remedy } = toldFailure(facts.notes);
  const changes = soFar(facts, what);
  const summary = short(`${capitalized(what)}${changes && `; so far: ${changes}`}. ${remedy}`);
  return { outcome: isTimeOut ? 'timed-out' : 'failed', summary };
}

/** What is not as it was before, where it was not said already. */
function soFar(facts: HostFacts, said: string): string {
  const half = facts.notes['half-configured'];
  const isSaid = half === undefined || said.includes('half-configured');
  return [inWords(facts), isSaid ? '' : `half-configured: ${half}`].filter((part) => part !== '').join(', ');
}

function rebooted(action: Action): Ending {
  if (action === 'REBOOT') {
    return { outcome: 'succeeded', summary: 'Rebooted and back.', facts: { rebooted: 'true' } };
  }
  return unknown('The server went down while it ran. Look at the server, then retry or complete it by hand.');
}

const REFUSALS: Readonly<Record<string, string>> = {
  'journal-unwritable': 'the step journal cannot be written; free some space on its disk, then retry',
  'journal-not-closed':
    'the journal directory there belongs to or is open to other users; remove it, then retry',
  'not-started': 'the step runner could not be started; look at the server, then retry',
  'later-attempt-started': 'a later attempt of this job was started there before; see to that one',
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

/** A reboot that was not seen to end is mostly a server that does not come back; what helps is another thing then. */
function lost(reason: string, { action }: AttemptFacts): Ending {
  if (action !== 'REBOOT') return unknown(`Look at the server before you retry: ${withStop(reason)}`);
  return unknown(
    'The server was not seen to come back from its reboot. See to it that it boots; when it is up, complete this job, or ' +
      `retry to reboot it once more. What was seen: ${withStop(reason)}`,
  );
}

function unreachable(error: Unreachable, facts: AttemptFacts): Ending {
  if (facts.wasHandedOutBefore) {
    return lost(
      `it may have been started before, and now the server cannot be reached: ${error.message}`,
      facts,
    );
  }
  return { outcome: 'unreachable', summary: short(`Nothing was started: ${withStop(error.message)}`) };
}

function notBegun({ notAfter, at }: NotBegun): Ending {
  const summary =
    `Nothing was started: it was to begin until ${notAfter}, and by this executor's clock it was ${at.toISOString()}. ` +
    'Retry it; when that happens again, compare the clocks, and look whether there are enough executors.';
  return { outcome: 'not-begun', summary };
}

function clockBehind({ notAfter, at }: ClockBehind): Ending {
  const summary =
    `Nothing was started: this executor's clock is more than a minute behind that of campaign-control. By it, it was ` +
    `${at.toISOString()}, and so much time until ${notAfter} no order has. Let it reach a time server, then retry.`;
  return { outcome: 'not-begun', summary };
}

function failed(summary: string): Ending {
  return { outcome: 'failed', summary: short(summary) };
}

function unknown(summary: string): Ending {
  return { outcome: 'unknown', summary: short(summary) };
}

/** What hosts and libraries say ends with a full stop or not. */
function withStop(text: string): string {
  return text.trimEnd().replace(/\.*$/, '.');
}

function short(text: string): string {
  return text.length <= 500 ? text : `${text.slice(0, 499)}…`;
}
