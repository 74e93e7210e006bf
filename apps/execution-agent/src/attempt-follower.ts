import { setTimeout as wait } from 'node:timers/promises';
import {
  ConnectionLost,
  type JournalState,
  type RemoteHost,
  type RunnerStatus,
  type StepJournal,
  Tail,
  TimedOut,
  Unquotable,
  Unreachable,
} from '@patchtide/connectors/remote-shell';
import { BEGIN_MARGIN_MS, type WorkOrder } from '@patchtide/contracts';
import { withClockJudged } from './checked-clock';
import type { Seen } from './ending';

const OUTPUT_TAIL_BYTES = 4000;
const LOOK_TIMEOUT_MS = 30_000;
const LOOK_AGAIN_MS = 2_000;
/** A host that has not come back from a reboot by then does not come back by itself. */
const LONGEST_LOOK_MS = 600_000;

const BEGUN: ReadonlySet<JournalState> = new Set(['running', 'exited', 'interrupted', 'rebooted']);

export interface FollowerClock {
  readonly now: () => Date;
  /** Resolves after the time; rejects when the signal comes first. */
  readonly pause: (durationMs: number, signal: AbortSignal) => Promise<void>;
}

const CLOCK: FollowerClock = {
  now: () => new Date(),
  pause: (durationMs, signal) => wait(durationMs, undefined, { signal }),
};

export interface Following {
  /** The order was given back: somebody else will carry on. */
  readonly signal: AbortSignal;
  /** Somebody may have had this order before us, and may have begun the attempt. */
  readonly mayHaveBegun?: boolean;
  /** Called when the attempt is about to begin, or was found begun; not for one that never begins. */
  readonly onBegin: () => Promise<void>;
}

/** How an attempt ended as far as can be seen, and the end of what it wrote. */
export interface Followed {
  readonly seen: Seen;
  readonly output: string;
}

/** Follows attempts to their end. Begins one only until its order's `notAfter`, and finds it again at any time. */
export class AttemptFollower {
  constructor(
    private readonly journal: Pick<StepJournal, 'execute' | 'inspect'>,
    private readonly clock = CLOCK,
  ) {}

  /** Rejects with the signal's reason, or with what `onBegin` rejects with: then somebody else carries on. */
  async follow(order: WorkOrder, host: RemoteHost, following: Following): Promise<Followed> {
    const leftMs = this.leftMs(order);
    if (leftMs <= 0) return this.find(order, host, following);
    if (leftMs > longestLeftMs(order)) return this.refuse(order, host, following);
    await following.onBegin();
    const sentMs = this.nowMs();
    const followed = await this.executePatiently(order, host, following);
    if (followed !== null) {
      // What somebody else may have begun was asked we do not know when.
      const asked = following.mayHaveBegun === true ? null : { sentMs, receivedMs: this.nowMs() };
      return { ...followed, seen: withClockJudged(followed.seen, asked) };
    }
    // What was begun before is attached to; its output is read from the start.
    return this.find(order, host, { ...following, onBegin: () => Promise.resolve() });
  }

  /**
   * Our clock is so far behind that we could begin an attempt which was given up long ago. What somebody else may have begun
   * is followed all the same.
   */
  private refuse(order: WorkOrder, host: RemoteHost, following: Following): Promise<Followed> {
    if (following.mayHaveBegun === true) return this.find(order, host, following);
    const { notAfter } = order;
    const seen: Seen = { kind: 'clock-behind', notAfter, at: this.clock.now() };
    return Promise.resolve({ seen, output: '' });
  }

  /**
   * A host on which the attempt may run already may be rebooting under it: it is asked again, as long as the attempt may
   * take and nobody else was to begin it.
   */
  private async executePatiently(
    order: WorkOrder,
    host: RemoteHost,
    { signal, mayHaveBegun = false }: Following,
  ): Promise<Followed | null> {
    const giveUpMs = this.nowMs() + order.timeoutMs;
    let away: Followed | null = null;
    for (;;) {
      const followed = await this.executeInTime(order, host, signal);
      if (followed === null) return away;
      const isAway = followed.seen instanceof Unreachable && !isFinal(followed.seen);
      if (!isAway || !mayHaveBegun || this.nowMs() >= giveUpMs) return followed;
      away = followed;
      await this.clock.pause(LOOK_AGAIN_MS, signal);
    }
  }

  /** Null when the moment has come after which nothing may be sent that could begin the attempt. */
  private async executeInTime(
    order: WorkOrder,
    host: RemoteHost,
    signal: AbortSignal,
  ): Promise<Followed | null> {
    const leftMs = this.leftMs(order);
    // Nothing is asked of a host beyond the time-out, so that most attempts need nobody to watch the clock.
    if (leftMs > order.timeoutMs) return this.execute(order, host, signal);
    if (leftMs <= 0) return null;
    const [late, ended] = [new AbortController(), new AbortController()];
    this.clock.pause(leftMs, ended.signal).then(
      () => late.abort(),
      () => undefined,
    );
    try {
      return await this.execute(order, host, AbortSignal.any([signal, late.signal]));
    } catch (error) {
      if (signal.aborted || !late.signal.aborted) throw error;
      return null;
    } finally {
      ended.abort();
    }
  }

  private async execute(order: WorkOrder, host: RemoteHost, signal: AbortSignal): Promise<Followed> {
    const output = new Tail(OUTPUT_TAIL_BYTES);
    const onOutput = (chunk: Buffer): void => output.push(chunk);
    try {
      return {
        seen: await this.journal.execute(host, order, { signal, onOutput }),
        output: output.text(),
      };
    } catch (error) {
      if (error instanceof Unreachable || error instanceof Unquotable) return { seen: error, output: '' };
      throw error;
    }
  }

  /**
   * Asks the host for an attempt that may not begin any more, and attaches to it if it was begun. That it was not is
   * believed only when nobody else can be on the way to begin it. A host that does not answer may be rebooting under the
   * attempt: it is asked for as long as the attempt may take, ten minutes at most, and not at all any more once the order
   * is given back.
   */
  private async find(order: WorkOrder, host: RemoteHost, following: Following): Promise<Followed> {
    const { signal, onBegin } = following;
    const surelyOverMs = Date.parse(order.notAfter) + BEGIN_MARGIN_MS;
    const giveUpMs = this.nowMs() + Math.min(order.timeoutMs, LONGEST_LOOK_MS);
    for (;;) {
      const answer = await this.look(order, host, signal);
      const nowMs = this.nowMs();
      if (answer instanceof Error) {
        if (nowMs >= giveUpMs || isFinal(answer)) return lost(answer);
        await this.clock.pause(LOOK_AGAIN_MS, signal);
      } else if (BEGUN.has(answer.state)) {
        await onBegin();
        return this.attach(order, host, signal);
      } else if (nowMs >= surelyOverMs) {
        return { seen: { kind: 'not-begun', notAfter: order.notAfter, at: this.clock.now() }, output: '' };
      } else {
        await this.clock.pause(surelyOverMs - nowMs, signal);
      }
    }
  }

  /** An attempt that was begun is not called unreachable, which would say that nothing was started. */
  private async attach(order: WorkOrder, host: RemoteHost, signal: AbortSignal): Promise<Followed> {
    const followed = await this.execute(order, host, signal);
    if (followed.seen instanceof Error) return lost(followed.seen);
    return { ...followed, seen: withClockJudged(followed.seen, null) };
  }

  /** What the host says of the attempt, or why it says nothing. */
  private async look(
    { attemptId }: WorkOrder,
    host: RemoteHost,
    signal: AbortSignal,
  ): Promise<RunnerStatus | Error> {
    try {
      const status = await this.journal.inspect(host, attemptId, { timeoutMs: LOOK_TIMEOUT_MS, signal });
      return status.state === 'refused' ? new Error(`it answers ${status.reason ?? 'nothing'}`) : status;
    } catch (error) {
      const isTrouble =
        error instanceof Unreachable || error instanceof ConnectionLost || error instanceof TimedOut;
      if (!isTrouble) throw error;
      return error;
    }
  }

  private leftMs({ notAfter }: WorkOrder): number {
    return Date.parse(notAfter) - this.nowMs();
  }

  private nowMs(): number {
    return this.clock.now().getTime();
  }
}

/**
 * By a clock that is at most a minute behind the control's, no order has more time than this: it may begin until 30 s after its
 * time-out, reckoned from its dispatch, and the margin is a minute and these.
 */
function longestLeftMs({ timeoutMs }: WorkOrder): number {
  return timeoutMs + BEGIN_MARGIN_MS;
}

function isFinal(error: Error): boolean {
  return error instanceof Unreachable && !error.retryable;
}

function lost({ message }: Error): Followed {
  const reason = `nobody may begin it any more, and what became of it cannot be seen: ${message}`;
  return { seen: { kind: 'lost', reason }, output: '' };
}
