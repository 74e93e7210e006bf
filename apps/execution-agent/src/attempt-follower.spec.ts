import {
  type AttemptEnd,
  NO_FACTS,
  type RunnerStatus,
  type StepJournal,
  Unreachable,
} from '@patchtide/connectors/remote-shell';
import { BEGIN_MARGIN_MS, WorkOrder } from '@patchtide/contracts';
import { AttemptFollower, type FollowerClock } from './attempt-follower';

const NOT_AFTER = '2026-11-29T22:30:00.000Z';
const LIMIT_MS = Date.parse(NOT_AFTER);
const SECOND = 1_000;
const host = { address: '10.1.0.13', port: 22 };
const order = Object.assign(new WorkOrder(), {
  ...{ attemptId: 'CHG1/stop-crm-db/1', epoch: 3, timeoutMs: 60 * SECOND, notAfter: NOT_AFTER, steps: [] },
});
/** As much time as an order has at most. */
const AT_MOST_S = 60 + BEGIN_MARGIN_MS / SECOND;
const done: AttemptEnd = { kind: 'exited', code: 0, bootId: 'b', facts: NO_FACTS };
const down = new Unreachable(host, 'no-answer', 'silence');

/** Time passes as soon as somebody waits for it. */
class JumpingClock implements FollowerClock {
  constructor(public nowMs: number) {}
  readonly now = (): Date => new Date(this.nowMs);
  readonly pause = async (durationMs: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    this.nowMs += durationMs;
  };
}

describe('AttemptFollower', () => {
  let log: string[];
  let clock: JumpingClock;
  beforeEach(() => {
    log = [];
    clock = new JumpingClock(LIMIT_MS - 20 * SECOND);
  });

  type Answer = RunnerStatus['state'] | Error;
  /** A host whose journal tells these states one after the other, the last one for ever. */
  const journal = (
    states: readonly Answer[],
    execute: StepJournal['execute'] = () => Promise.resolve(done),
  ): Pick<StepJournal, 'execute' | 'inspect'> => ({
    execute: (...given) => {
      log.push('execute');
      return execute(...given);
    },
    inspect: async () => {
      const state = states[Math.min(log.filter((line) => line.startsWith('look')).length, states.length - 1)];
      log.push(`look ${(clock.nowMs - LIMIT_MS) / SECOND}`);
      if (state === undefined || state instanceof Error) throw state ?? new Error('nothing to look at');
      return { state, bootId: 'b', outputBytes: 0, ...(state === 'exited' ? { code: 0 } : {}) };
    },
  });
  const onBegin = async (): Promise<void> => void log.push('begin');
  const follow = (of: ReturnType<typeof journal>, signal = new AbortController().signal, given = order) =>
    new AttemptFollower(of, clock).follow(given, host, { signal, onBegin });

  it('begins an attempt whose time has not come to its end, without asking for it first', async () => {
    clock.nowMs = LIMIT_MS - AT_MOST_S * SECOND;
    expect(await follow(journal([]))).toEqual({ seen: done, output: '' });
    expect(log).toEqual(['begin', 'execute']);
  });

  describe('whose order somebody else had before', () => {
    const begunBefore = (execute: StepJournal['execute'], leftMs = AT_MOST_S * SECOND) => {
      clock.nowMs = LIMIT_MS - leftMs;
      const following = { signal: new AbortController().signal, onBegin, mayHaveBegun: true };
      return new AttemptFollower(journal([], execute), clock).follow(order, host, following);
    };
    const tries = (): number => log.filter((line) => line === 'execute').length;

    it('asks again a host that is away: it may be rebooting under the attempt', async () => {
      const { seen } = await begunBefore(() => (tries() < 3 ? Promise.reject(down) : Promise.resolve(done)));
      expect(seen).toBe(done);
      expect(tries()).toBe(3);
    });

    it('gives it as much time as the attempt, and not more', async () => {
      expect((await begunBefore(() => Promise.reject(down))).seen).toBe(down);
      expect(clock.nowMs - (LIMIT_MS - AT_MOST_S * SECOND)).toBe(order.timeoutMs);
    });

    it('gives it no more time than the order has', async () => {
      const stillAway: StepJournal['execute'] = () => Promise.reject(down);
      const { seen } = await begunBefore(stillAway, order.timeoutMs - 10 * SECOND);
      expect(seen).toBe(down);
      expect(log.filter((line) => line.startsWith('look'))).toEqual([]);
    });

    it('does not ask again a host that will not let us in', async () => {
      const refused = new Unreachable(host, 'host-key-changed', 'another key');
      expect((await begunBefore(() => Promise.reject(refused))).seen).toBe(refused);
      expect(tries()).toBe(1);
    });
  });

  describe('when our clock is more than a minute behind', () => {
    beforeEach(() => (clock.nowMs = LIMIT_MS - AT_MOST_S * SECOND - 1));

    it('begins nothing, and says why', async () => {
      const { seen } = await follow(journal(['absent']));
      expect(seen).toEqual({ kind: 'clock-behind', notAfter: NOT_AFTER, at: new Date(clock.nowMs) });
      expect(log).toEqual([]);
    });

    it('follows what somebody else has begun', async () => {
      const following = { signal: new AbortController().signal, onBegin, mayHaveBegun: true };
      const { seen } = await new AttemptFollower(journal(['running']), clock).follow(order, host, following);
      expect(seen).toBe(done);
    });
  });

  describe('that comes too late', () => {
    beforeEach(() => (clock.nowMs = LIMIT_MS + 1));

    it('does not begin an attempt that the host does not know', async () => {
      const { seen } = await follow(journal(['absent']));
      expect(seen).toMatchObject({ kind: 'not-begun', notAfter: NOT_AFTER });
      expect(log).not.toContain('execute');
      expect(log).not.toContain('begin');
    });

    it('does not begin one that was claimed and not started', async () => {
      expect((await follow(journal(['claimed']))).seen).toMatchObject({ kind: 'not-begun' });
    });

    it('believes that nothing has begun only when nobody can be on the way any more', async () => {
      await follow(journal(['absent']));
      expect(log).toEqual(['look 0.001', `look ${BEGIN_MARGIN_MS / SECOND}`]);
    });

    it('attaches to what somebody began at the last moment', async () => {
      expect((await follow(journal(['absent', 'running']))).seen).toBe(done);
      expect(log.slice(2)).toEqual(['begin', 'execute']);
    });

    it.each(['running', 'exited', 'interrupted', 'rebooted'] as const)(
      'attaches to an attempt that is %s, and reports it',
      async (state) => {
        expect((await follow(journal([state]))).seen).toBe(done);
        expect(log).toEqual(['look 0.001', 'begin', 'execute']);
      },
    );

    it('asks again a host that does not answer: it may be rebooting under the attempt', async () => {
      expect((await follow(journal([down, down, 'rebooted']))).seen).toBe(done);
      expect(log.filter((line) => line.startsWith('look'))).toHaveLength(3);
    });

    it.each([
      ['for as long as the attempt may take', 60, 60],
      ['for ten minutes at most', 3_600, 600],
    ])(
      'asks a host that does not answer %s, then does not know, and never says that nothing was started',
      async (_, timeoutS, askedS) => {
        const given = { ...order, timeoutMs: timeoutS * SECOND };
        const { seen } = await follow(journal([down]), new AbortController().signal, given);
        expect(seen).toMatchObject({ kind: 'lost' });
        expect(clock.nowMs - LIMIT_MS - 1).toBe(askedS * SECOND);
      },
    );

    it('stops asking a host that does not answer when the order is given back', async () => {
      const given = new AbortController();
      const away = journal([down]);
      const inspect: StepJournal['inspect'] = (...asked) => {
        if (log.length === 2) given.abort(new Error('shutting down'));
        return away.inspect(...asked);
      };
      await expect(follow({ ...away, inspect }, given.signal)).rejects.toThrow('shutting down');
      expect(log).toHaveLength(3);
    });

    it('does not ask again a host that will not let it in', async () => {
      const refused = new Unreachable(host, 'host-key-changed', 'another key');
      expect((await follow(journal([refused]))).seen).toMatchObject({ kind: 'lost' });
      expect(log).toEqual(['look 0.001']);
    });

    it('does not say that nothing was started when the host is lost while it attaches', async () => {
      const { seen } = await follow(journal(['running'], () => Promise.reject(down)));
      expect(seen).toMatchObject({ kind: 'lost' });
    });

    it('does not attach because of an answer that it does not understand', async () => {
      clock.nowMs = LIMIT_MS - 1 + 600 * SECOND;
      const { seen } = await follow(journal(['refused']));
      expect(seen).toMatchObject({ kind: 'lost' });
      expect(log).not.toContain('execute');
    });

    it('leaves it to somebody else when the order is given back', async () => {
      const given = new AbortController();
      const away = { ...journal(['absent']), execute: () => Promise.reject(new Error('never')) };
      given.abort(new Error('shutting down'));
      await expect(follow(away, given.signal)).rejects.toThrow('shutting down');
    });
  });

  describe('on the way to a host when the time comes', () => {
    /** A host that does not answer until the caller gives up; attached to later, it is done. */
    const hangsOnce = (): StepJournal['execute'] => {
      let calls = 0;
      return (_host, _order, { signal }) => {
        calls += 1;
        if (calls > 1) return Promise.resolve(done);
        return new Promise((_, reject) => {
          const giveUp = (): void => reject(signal.reason as Error);
          if (signal.aborted) giveUp();
          signal.addEventListener('abort', giveUp, { once: true });
        });
      };
    };

    it('sends nothing more that could begin the attempt, and looks whether it has begun', async () => {
      expect((await follow(journal(['absent'], hangsOnce()))).seen).toMatchObject({ kind: 'not-begun' });
      expect(log.filter((line) => line === 'execute')).toHaveLength(1);
    });

    it('follows on what it has begun, and reports the beginning once', async () => {
      expect((await follow(journal(['running'], hangsOnce()))).seen).toBe(done);
      expect(log).toEqual(['begin', 'execute', 'look 0', 'execute']);
    });

    it('needs no clock when its time-out comes first', async () => {
      const never = {
        ...clock,
        now: clock.now,
        pause: () => Promise.reject(new Error('nothing to wait for')),
      };
      const short = { ...order, timeoutMs: 10 * SECOND };
      const follower = new AttemptFollower(journal([]), never);
      const { signal } = new AbortController();
      expect((await follower.follow(short, host, { signal, onBegin })).seen).toBe(done);
    });

    it('sends nothing when the time comes while it reports the beginning', async () => {
      const slow = {
        signal: new AbortController().signal,
        onBegin: async () => void (clock.nowMs = LIMIT_MS),
      };
      const { seen } = await new AttemptFollower(journal(['absent']), clock).follow(order, host, slow);
      expect(seen).toMatchObject({ kind: 'not-begun' });
      expect(log).not.toContain('execute');
    });

    it('leaves it to somebody else when the order is given back meanwhile', async () => {
      const given = new AbortController();
      const waits: FollowerClock = { now: clock.now, pause: () => new Promise(() => undefined) };
      const follower = new AttemptFollower(journal([], hangsOnce()), waits);
      const following = follower.follow(order, host, { signal: given.signal, onBegin });
      given.abort(new Error('shutting down'));
      await expect(following).rejects.toThrow('shutting down');
    });
  });
});
