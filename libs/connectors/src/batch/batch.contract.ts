import type { BatchHost, BatchScheduler } from './batch-scheduler';

/** A scheduler under test, with a look behind its back and the switches that the contract needs. */
export interface BatchBench {
  scheduler: BatchScheduler;
  host?: BatchHost;
  /** Makes a job and gives back its ref. */
  add(job: { scheduled: boolean }): Promise<Record<string, unknown>>;
  /** Looks at the job itself, past the scheduler under test. */
  isScheduled(ref: Record<string, unknown>): Promise<boolean>;
  /** Lets more than `seconds` pass on the side that keeps the lease. */
  passTime(seconds: number): Promise<void>;
  /** The next call takes effect, but its answer never arrives. */
  loseNextAnswer(): void;
  /** A cron file that is there is scheduled; there is no other state. */
  hasIdleJobs: boolean;
  now(): Date;
  stop(): Promise<void>;
}

const call = { timeoutMs: 10_000 };

/** The promises of `BatchScheduler`, held by the fake and by every real scheduler alike. */
export function batchContract(name: string, start: () => Promise<BatchBench>): void {
  describe(`${name} as a batch scheduler`, () => {
    let bench: BatchBench;
    beforeAll(async () => {
      bench = await start();
    });
    afterAll(() => bench.stop());

    async function job(scheduled = true) {
      const ref = await bench.add({ scheduled });
      const by = (campaign: string) => ({
        campaign,
        subject: 'job-1',
        ref,
        ...(bench.host ? { host: bench.host } : {}),
      });
      const lease = (campaign = 'C1', seconds = 900) => ({
        ...by(campaign),
        endsAt: new Date(bench.now().getTime() + seconds * 1000).toISOString(),
      });
      return { by, lease, isScheduled: () => bench.isScheduled(ref) };
    }

    it('holds a scheduled job, says what was there, and puts it back', async () => {
      const { by, lease, isScheduled } = await job();

      const hold = await bench.scheduler.hold(lease(), call);
      expect(hold).toMatchObject({ campaign: 'C1', subject: 'job-1', prior: 'scheduled' });
      expect(await isScheduled()).toBe(false);

      expect(await bench.scheduler.release({ ...by('C1'), prior: hold.prior }, call)).toEqual({});
      expect(await isScheduled()).toBe(true);
    });

    it('still knows what was there before the first hold when it is taken again and again', async () => {
      const { by, lease, isScheduled } = await job();

      await bench.scheduler.hold(lease(), call);
      await bench.scheduler.hold(lease(), call);
      const third = await bench.scheduler.hold(lease(), call);

      expect(third.prior).toBe('scheduled');
      await bench.scheduler.release({ ...by('C1'), prior: 'scheduled' }, call);
      expect(await isScheduled()).toBe(true);
    });

    it('gives back once however often it is asked to', async () => {
      const { by, lease, isScheduled } = await job();
      await bench.scheduler.hold(lease(), call);

      await bench.scheduler.release({ ...by('C1'), prior: 'scheduled' }, call);
      await bench.scheduler.release({ ...by('C1'), prior: 'scheduled' }, call);

      expect(await isScheduled()).toBe(true);
    });

    it('leaves an idle job idle', async () => {
      if (!bench.hasIdleJobs) return;
      const { by, lease, isScheduled } = await job(false);

      expect((await bench.scheduler.hold(lease(), call)).prior).toBe('idle');
      await bench.scheduler.release({ ...by('C1'), prior: 'idle' }, call);

      expect(await isScheduled()).toBe(false);
    });

    it('undoes its own mark also when nobody remembers what was there', async () => {
      const { by, lease, isScheduled } = await job();
      await bench.scheduler.hold(lease(), call);

      await bench.scheduler.release(by('C1'), call);

      expect(await isScheduled()).toBe(true);
    });

    it('can be asked again after a lost answer', async () => {
      const { by, lease, isScheduled } = await job();

      bench.loseNextAnswer();
      await expect(bench.scheduler.hold(lease(), call)).rejects.toMatchObject({ retryable: true });
      expect((await bench.scheduler.hold(lease(), call)).prior).toBe('scheduled');

      bench.loseNextAnswer();
      const release = { ...by('C1'), prior: 'scheduled' } as const;
      await expect(bench.scheduler.release(release, call)).rejects.toMatchObject({ retryable: true });
      await bench.scheduler.release(release, call);
      expect(await isScheduled()).toBe(true);
    });

    it('lets go by itself when nobody renews, and can be taken again', async () => {
      const { by, lease, isScheduled } = await job();
      await bench.scheduler.hold(lease('C1', 60), call);

      await bench.passTime(61);
      expect(await isScheduled()).toBe(true);

      expect((await bench.scheduler.hold(lease(), call)).prior).toBe('scheduled');
      expect(await isScheduled()).toBe(false);
      await bench.scheduler.release({ ...by('C1'), prior: 'scheduled' }, call);
    });

    it('goes on holding after its first end when it was renewed', async () => {
      const { by, lease, isScheduled } = await job();
      await bench.scheduler.hold(lease('C1', 60), call);
      await bench.scheduler.hold(lease('C1', 600), call);

      await bench.passTime(61);

      expect(await isScheduled()).toBe(false);
      await bench.scheduler.release({ ...by('C1'), prior: 'scheduled' }, call);
    });

    it('does not let a second campaign take what the first one holds', async () => {
      const { by, lease, isScheduled } = await job();
      await bench.scheduler.hold(lease('C1'), call);

      await expect(bench.scheduler.hold(lease('C2'), call)).rejects.toMatchObject({ retryable: true });
      await bench.scheduler.release({ ...by('C2'), prior: 'scheduled' }, call);

      expect(await isScheduled()).toBe(false);
      await bench.scheduler.release({ ...by('C1'), prior: 'scheduled' }, call);
    });

    it('does not disturb a second campaign by a late release of the first one', async () => {
      const { by, lease, isScheduled } = await job();
      await bench.scheduler.hold(lease('C1', 60), call);
      await bench.passTime(61);
      await bench.scheduler.hold(lease('C2'), call);

      await bench.scheduler.release({ ...by('C1'), prior: 'scheduled' }, call);

      expect(await isScheduled()).toBe(false);
      await bench.scheduler.release({ ...by('C2'), prior: 'scheduled' }, call);
    });

    it('tells who holds a job and changes nothing by looking', async () => {
      const { by, lease, isScheduled } = await job();
      expect(await bench.scheduler.inspect(by('C2'), call)).toMatchObject({ isScheduled: true });
      expect(await isScheduled()).toBe(true);

      await bench.scheduler.hold(lease('C1'), call);

      const held = await bench.scheduler.inspect(by('C2'), call);
      expect(held).toMatchObject({ isScheduled: false, heldBy: { campaign: 'C1', subject: 'job-1' } });
      await bench.scheduler.release({ ...by('C1'), prior: 'scheduled' }, call);
    });

    it('refuses a ref that names nothing', async () => {
      const { lease } = await job();

      const nothing = bench.scheduler.hold({ ...lease(), ref: {} }, call);

      await expect(nothing).rejects.toMatchObject({ failure: 'bad-reference', retryable: false });
    });

    it('does nothing once it is called off', async () => {
      const { lease, isScheduled } = await job();
      const signal = AbortSignal.abort();

      await expect(bench.scheduler.hold(lease(), { ...call, signal })).rejects.toMatchObject({
        failure: 'aborted',
      });

      expect(await isScheduled()).toBe(true);
    });
  });
}
