import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Monitoring } from './monitoring';

/** A monitoring system under test, with the switches that the contract needs. */
export interface MonitoringBench {
  monitoring: Monitoring;
  /** The next call that changes something takes effect, but its answer never arrives. */
  loseNextAnswer(): void;
  /** Comes back as an empty system, as after a crash before its first snapshot. */
  restartWithoutData(): Promise<void>;
  stop(): Promise<void>;
}

const call = { timeoutMs: 5_000 };
const ref = { instance: 'crm-web-01', job: 'no "de\\' };
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

/** The promises of `Monitoring`, held by the fake and by every real system alike. */
export function monitoringContract(name: string, start: () => Promise<MonitoringBench>): void {
  describe(`${name} as monitoring`, () => {
    let bench: MonitoringBench;
    let count = 0;
    const wish = (minutes = 15) => ({
      campaign: `C${count}`,
      subject: 'mon-1',
      ref,
      endsAt: inMinutes(minutes),
    });
    const held = (campaign = `C${count}`) => bench.monitoring.list(campaign, call);

    beforeAll(async () => {
      bench = await start();
    });
    afterAll(() => bench.stop());
    beforeEach(() => (count += 1));

    it('lists a mute under its campaign and subject, with its end', async () => {
      const lease = wish();

      const mute = await bench.monitoring.mute(lease, call);

      expect(mute).toMatchObject({ subject: 'mon-1', campaign: lease.campaign, endsAt: lease.endsAt });
      expect(await held()).toEqual([mute]);
    });

    it('holds one mute however often the same lease is asked for', async () => {
      const lease = wish();

      await bench.monitoring.mute(lease, call);
      await bench.monitoring.mute(lease, call);

      expect(await held()).toHaveLength(1);
    });

    it('ends up with one mute when two callers ask at the same moment', async () => {
      const lease = wish();

      await Promise.allSettled([1, 2, 3].map(() => bench.monitoring.mute(lease, call)));
      await bench.monitoring.mute(lease, call);

      expect(await held()).toHaveLength(1);
    });

    it('prolongs a mute, and never shortens it', async () => {
      const [short, long] = [wish(10), wish(20)];

      await bench.monitoring.mute(short, call);
      await bench.monitoring.mute(long, call);
      const mute = await bench.monitoring.mute(short, call);

      expect(mute.endsAt).toBe(long.endsAt);
      expect((await held()).map(({ endsAt }) => endsAt)).toEqual([long.endsAt]);
    });

    it('makes no second mute after a lost answer', async () => {
      const lease = wish();

      bench.loseNextAnswer();
      await expect(bench.monitoring.mute(lease, call)).rejects.toMatchObject({ retryable: true });
      await bench.monitoring.mute(lease, call);

      expect(await held()).toHaveLength(1);
    });

    it('lifts a mute after a lost answer, and lifting again is a success', async () => {
      const lease = wish();
      await bench.monitoring.mute(lease, call);

      bench.loseNextAnswer();
      await expect(bench.monitoring.lift(lease, call)).rejects.toMatchObject({ retryable: true });
      await bench.monitoring.lift(lease, call);
      await bench.monitoring.lift(lease, call);

      expect(await held()).toEqual([]);
    });

    it('lifts what never was', async () => {
      await expect(bench.monitoring.lift(wish(), call)).resolves.toBeUndefined();
    });

    it('mutes again after a lift', async () => {
      await bench.monitoring.mute(wish(), call);
      await bench.monitoring.lift(wish(), call);

      await bench.monitoring.mute(wish(), call);

      expect(await held()).toHaveLength(1);
    });

    it('lets a mute end by itself, and can take it again afterwards', async () => {
      await bench.monitoring.mute({ ...wish(), endsAt: new Date(Date.now() + 1_000).toISOString() }, call);

      await until(async () => (await held()).length === 0);
      await bench.monitoring.lift(wish(), call);
      await bench.monitoring.mute(wish(), call);

      expect(await held()).toHaveLength(1);
    });

    it('keeps campaigns and subjects apart, also when one name begins like the other', async () => {
      const other = { ...wish(), campaign: `C${count}-b` };
      await bench.monitoring.mute(wish(), call);
      await bench.monitoring.mute({ ...wish(), subject: 'mon-10' }, call);
      await bench.monitoring.mute(other, call);

      await bench.monitoring.lift(wish(), call);

      expect((await held()).map(({ subject }) => subject)).toEqual(['mon-10']);
      expect(await held(other.campaign)).toHaveLength(1);
    });

    it('re-asserts a lease after the system came back without its data', async () => {
      const lease = wish();
      await bench.monitoring.mute(lease, call);
      await bench.restartWithoutData();
      expect(await held()).toEqual([]);

      await bench.monitoring.mute(lease, call);

      expect(await held()).toHaveLength(1);
    });

    it('refuses a ref that would silence everything', async () => {
      await expect(bench.monitoring.mute({ ...wish(), ref: {} }, call)).rejects.toMatchObject({
        failure: 'bad-reference',
        retryable: false,
      });
      expect(await held()).toEqual([]);
    });

    it('does nothing once it is called off', async () => {
      const signal = AbortSignal.abort();

      await expect(bench.monitoring.mute(wish(), { ...call, signal })).rejects.toMatchObject({
        failure: 'aborted',
        retryable: false,
      });
      expect(await held()).toEqual([]);
    });
  });
}

/** Waits for a condition, at most five seconds. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition did not become true within five seconds');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** An HTTP server on a free loopback port that hands every request and its body to `handle`. */
export async function startHttp(
  handle: (request: IncomingMessage, response: ServerResponse, body: string) => void | Promise<void>,
): Promise<{ url: string; stop(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => void handle(request, response, Buffer.concat(parts).toString('utf8')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}
