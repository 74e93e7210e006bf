import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { type RunningServer, startNats, startPostgres, waitUntil } from '@patchtide/embedded';
import { ConsoleUnderTest } from './testing/console-under-test';
import { receiveEvents } from './testing/receive-events';
import { tokenOf } from './testing/tokens';

describe('the stream of events', () => {
  let postgres: RunningServer;
  let nats: RunningServer;
  let console: ConsoleUnderTest;
  const until = (what: string, condition: () => unknown) => waitUntil(condition, { timeoutMs: 30_000, what });
  const head = () => console.store.headPosition();
  const readiness = async () => (await fetch(`${console.running.url}/health/ready`)).status;

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    console = await ConsoleUnderTest.start({ databaseUrl: postgres.url, natsUrl: nats.url });
    await until('the console to catch up', () => console.isCaughtUp());
  });
  afterAll(async () => {
    await console?.stop();
    await Promise.all([postgres.stop(), nats.stop()]);
    // It was started again on its directory, and keeps what it was given.
    await rm(postgres.dataDir, { recursive: true, force: true });
  });

  it('begins now', async () => {
    const before = await head();
    const receiver = await receiveEvents(console);
    await console.recorded.ends('stop-db');
    await until('the events', async () => receiver.ids.length > 0 && receiver.ids.at(-1) === (await head()));
    expect(receiver.ids[0]).toBe(before + 1);
    receiver.leave();
    await receiver.ended;
  });

  it('goes on after Last-Event-ID, missing nothing and telling nothing twice', async () => {
    const all = await head();
    const first = await receiveEvents(console, '', { 'last-event-id': '0' });
    await until('everything', () => first.ids.length === all);
    first.leave();
    await first.ended;
    const again = await receiveEvents(console, '?after=1', { 'last-event-id': String(all - 3) });
    await until('the rest', () => again.ids.length === 3);
    again.leave();
    const everything = Array.from({ length: all }, (_, index) => index + 1);
    expect([...first.ids.slice(0, -3), ...again.ids]).toEqual(everything);
  });

  it('is of one campaign where that is asked for', async () => {
    const one = await receiveEvents(console, '?campaign=CHG2&after=0');
    const all = await receiveEvents(console, '?after=0');
    await until('everything', async () => all.ids.length === (await head()));
    await until('its event', () => one.ids.length > 0);
    expect(one.ids).toHaveLength(1);
    one.leave();
    all.leave();
  });

  it('is not held up by a receiver that takes nothing', async () => {
    const { port, hostname } = new URL(console.running.url);
    const stuck = connect(Number(port), hostname);
    stuck.pause();
    const authorization = `authorization: Bearer ${tokenOf('viewer')}`;
    stuck.write(`GET /v1/stream?after=0 HTTP/1.1\r\nhost: x\r\n${authorization}\r\n\r\n`);
    const receiver = await receiveEvents(console, '?after=0');
    await until('everything', async () => receiver.ids.length === (await head()));
    stuck.destroy();
    receiver.leave();
  });

  it('goes on by itself after the database was restarted', async () => {
    const { dataDir, port } = postgres;
    await postgres.kill();
    await until('an unready console', async () => (await readiness()) === 503);
    postgres = await startPostgres({ dataDir, port });
    await until('a ready console', async () => (await readiness()) === 200);
    const receiver = await receiveEvents(console);
    await console.recorded.finish();
    await until('the console to catch up', () => console.isCaughtUp());
    await until('the events', async () => receiver.ids.at(-1) === (await head()));
    expect((await console.get<{ status: string }>('/campaigns/CHG1')).status).toBe('completed');
    receiver.leave();
  });

  it('ends within a moment when the console is stopped', async () => {
    const receivers = await Promise.all(['', '', '?campaign=CHG1'].map((one) => receiveEvents(console, one)));
    const since = performance.now();
    const closing = console.running.close();
    await Promise.all(receivers.map(({ ended }) => ended));
    expect(performance.now() - since).toBeLessThan(3_000);
    await closing;
    // Two seconds for connections that never asked for anything; fetch opens such.
    expect(performance.now() - since).toBeLessThan(6_000);
    await console.startService();
  });
});
