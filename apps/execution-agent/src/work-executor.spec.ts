import {
  type AttemptEnd,
  FakeShell,
  formatStatus,
  NO_FACTS,
  parseRunnerArgv,
  type RunnerStatus,
  StepJournal,
  Unreachable,
} from '@patchtide/connectors/remote-shell';
import {
  type AttemptFinished,
  parseAs,
  AttemptFinished as Finished,
  type Report,
  WorkOrder,
} from '@patchtide/contracts';
import {
  AttemptReports,
  type Bus,
  consume,
  consumers,
  ensureTopology,
  MemoryBroker,
  Poison,
} from '@patchtide/messaging';
import { AttemptFollower } from './attempt-follower';
import { waitUntil } from '@patchtide/embedded';
import { type ExecutionNotices, WorkExecutor } from './work-executor';

const order: WorkOrder = Object.assign(new WorkOrder(), {
  campaign: 'CHG1',
  job: 'stop-crm-db',
  jobName: 'STOP_DB_crm-db-01',
  attemptId: 'CHG1/stop-crm-db/1',
  attempt: 1,
  action: 'STOP',
  epoch: 3,
  copy: 1,
  timeoutMs: 60_000,
  windowEnd: '2026-11-30T01:00:00Z',
  notAfter: '2026-11-29T22:01:30Z',
  target: { server: 'srv-0003', address: '10.1.0.13', port: 22, os: 'debian-12' },
  steps: [{ mode: 'do', timeoutMs: 5000, argv: ['systemctl', 'stop', 'crm'] }],
  subjects: [],
} satisfies WorkOrder);
const handover = { deliveries: 1, signal: new AbortController().signal };
const absent: RunnerStatus = { state: 'absent', bootId: 'b', outputBytes: 0 };
const exited: RunnerStatus = { state: 'exited', code: 0, bootId: 'b', startedBootId: 'b', outputBytes: 3 };

describe('WorkExecutor', () => {
  let bus: Bus;
  let log: string[];
  let at: string;
  let reports: Report[];
  const notices: ExecutionNotices = {
    onStarted: () => log.push('started'),
    onFinished: (_, outcome) => log.push(outcome),
    onSuperseded: () => log.push('superseded'),
  };

  beforeEach(async () => {
    at = '2026-11-29T22:00:00Z';
    log = [];
    reports = [];
    bus = new MemoryBroker().connect();
    await ensureTopology(bus);
    await consume(bus, consumers.reports('CHG1'), ({ data }) => void reports.push(data as Report));
  });
  afterEach(() => bus.close());

  /** Time passes as soon as somebody waits for it. */
  const pause = async (durationMs: number): Promise<void> =>
    void (at = new Date(Date.parse(at) + durationMs).toISOString());

  function executor(journal: Pick<StepJournal, 'execute'>, aliveEveryMs = 60_000): WorkExecutor {
    const now = (): Date => new Date(at);
    const onMissed = (error: unknown): void => void log.push(String(error));
    return new WorkExecutor(
      new AttemptFollower(
        { execute: (...given) => journal.execute(...given), inspect: () => Promise.resolve(absent) },
        { now, pause },
      ),
      new AttemptReports(bus, { executor: 'agent-1', now, aliveEveryMs, onMissed }),
      notices,
    );
  }
  const ends = (end: AttemptEnd | Error): Pick<StepJournal, 'execute'> => ({
    execute: () => (end instanceof Error ? Promise.reject(end) : Promise.resolve(end)),
  });
  const finished = (): AttemptFinished | undefined => reports.find((report) => report.kind === 'finished');
  async function reported(count: number): Promise<void> {
    for (let tries = 0; reports.length < count && tries < 1000; tries += 1) await new Promise(setImmediate);
  }

  it('reports the beginning and the end of what it carries out on the host', async () => {
    const shell = new FakeShell(() => ({ stdout: 'ok\n', stderr: formatStatus(exited) }));
    await executor(new StepJournal(shell)).carryOut(order, handover);
    await reported(2);
    expect(reports.map(({ kind }) => kind)).toEqual(['started', 'finished']);
    const { attemptId, campaign, job, attempt } = order;
    const about = { attemptId, campaign, job, attempt, executor: 'agent-1', at: '2026-11-29T22:00:00.000Z' };
    expect(finished()).toMatchObject({
      ...about,
      outcome: 'succeeded',
      exitCode: 0,
      outputTail: 'ok\n',
      bootId: 'b',
    });
    expect(parseRunnerArgv(shell.calls[0]?.argv ?? [])).toMatchObject({
      attemptId,
      epoch: 3,
      steps: order.steps,
    });
    expect(shell.calls[0]?.host).toMatchObject({ address: '10.1.0.13', port: 22 });
  });

  it('sends reports as the contract has them, with the end of a long output', async () => {
    const journal: Pick<StepJournal, 'execute'> = {
      execute: async (_host, _order, { onOutput }) => {
        onOutput?.(Buffer.from(`${'ä'.repeat(9000)}last words`));
        return { kind: 'exited', code: 7, bootId: 'b', facts: NO_FACTS };
      },
    };
    await executor(journal).carryOut(order, handover);
    await reported(2);
    expect(finished()?.outputTail).toMatch(/ä{1000}last words$/);
    expect(parseAs(Finished, finished())).toMatchObject({ ok: true });
  });

  it('gives signs of life while an attempt runs, and none afterwards', async () => {
    let end: (end: AttemptEnd) => void = () => undefined;
    const journal = { execute: () => new Promise<AttemptEnd>((resolve) => (end = resolve)) };
    const work = executor(journal, 5).carryOut(order, handover);
    await waitUntil(() => reports.length >= 4, { timeoutMs: 5_000, what: 'signs of life' });
    end({ kind: 'exited', code: 0, bootId: 'b', facts: NO_FACTS });
    await work;
    const kinds = reports.map(({ kind }) => kind);
    expect(kinds.slice(0, 3)).toEqual(['started', 'alive', 'alive']);
    expect(log).toEqual(['started', 'succeeded']);
  });

  it('reports a host that it could not reach', async () => {
    const unreachable = new Unreachable({ address: '10.1.0.13', port: 22 }, 'refused', 'down');
    await executor(ends(unreachable)).carryOut(order, handover);
    await reported(2);
    expect(finished()).toMatchObject({ outcome: 'unreachable' });
  });

  it.each([
    ['this message', order, 2],
    ['another copy', { ...order, copy: 2 }, 1],
  ])('does not call a host unreachable when somebody may have had %s before', async (_, work, deliveries) => {
    const unreachable = new Unreachable({ address: '10.1.0.13', port: 22 }, 'refused', 'down');
    await executor(ends(unreachable)).carryOut(work, { ...handover, deliveries });
    await reported(2);
    expect(finished()).toMatchObject({ outcome: 'unknown' });
  });

  it('leaves an attempt to the one who has a newer order for it', async () => {
    await executor(ends({ kind: 'refused', reason: 'stale-epoch' })).carryOut(order, handover);
    expect(log).toEqual(['started', 'superseded']);
    expect(finished()).toBeUndefined();
  });

  it('reports nothing when the order was given back, so that it is not acked', async () => {
    const work = executor(ends(new Error('shutting down'))).carryOut(order, handover);
    await expect(work).rejects.toThrow('shutting down');
    expect(finished()).toBeUndefined();
  });

  it('does not end well when the report was not stored, so that the order comes again', async () => {
    const journal: Pick<StepJournal, 'execute'> = {
      execute: async () => {
        await bus.deleteStream('PATCHTIDE_REPORTS');
        return { kind: 'exited', code: 0, bootId: 'b', facts: NO_FACTS };
      },
    };
    await expect(executor(journal).carryOut(order, handover)).rejects.toThrow('patchtide.reports.CHG1');
    expect(log).toEqual(['started']);
  });

  it('reports of an order that came too late only that nothing was started', async () => {
    at = '2026-11-29T22:40:00Z';
    await executor(ends(new Error('never'))).carryOut(order, handover);
    await reported(1);
    expect(reports.map(({ kind }) => kind)).toEqual(['finished']);
    expect(finished()).toMatchObject({
      outcome: 'not-begun',
      summary: expect.stringContaining(at.slice(0, -1)),
    });
    expect(parseAs(Finished, finished())).toMatchObject({ ok: true });
    expect(log).toEqual(['not-begun']);
  });

  it('reports the packages and facts that the host states', async () => {
    const packages = [{ name: 'nginx', from: '1.22.1-9', to: '1.22.1-9+deb12u1' }];
    const facts = { packages, notes: { 'reboot-needed': 'linux-image' } };
    const end = { kind: 'exited' as const, code: 0, bootId: 'b', facts };
    await executor(ends(end)).carryOut({ ...order, action: 'PATCH' }, handover);
    await reported(2);
    expect(finished()).toMatchObject({
      summary: '1 package updated, reboot needed.',
      packages,
      facts: { 'reboot-needed': 'linux-image' },
    });
    expect(parseAs(Finished, finished())).toMatchObject({ ok: true });
  });

  it('takes an order without a host for poison', async () => {
    const { target: _none, ...rest } = order;
    await expect(executor(ends(new Error('never'))).carryOut(rest, handover)).rejects.toThrow(Poison);
  });
});
