import { rm } from 'node:fs/promises';
import { freePort, type RunningServer, startNats, waitUntil } from '@patchtide/embedded';
import type { Bus, BusNotice } from '../bus';
import { CannotConnect, PublishTimeout, RefusedByServer, TopologyConflict } from '../errors';
import { consumers, ensureTopology, STREAMS, topology } from '../topology';
import { connectBus } from './connect-bus';

describe('connectBus', () => {
  const servers: RunningServer[] = [];
  const buses: Bus[] = [];
  const start = async (options: Parameters<typeof startNats>[0] = {}) => {
    const server = await startNats(options);
    servers.push(server);
    return server;
  };
  const connected = async (...args: Parameters<typeof connectBus>) => {
    const bus = await connectBus(...args);
    buses.push(bus);
    return bus;
  };
  afterEach(async () => {
    for (const bus of buses.splice(0)) await bus.close(200);
    for (const server of servers.splice(0)) {
      await server.stop();
      await rm(server.dataDir, { recursive: true, force: true });
    }
  });

  it('waits for a server that is not up yet', async () => {
    const port = await freePort();
    const notices: BusNotice[] = [];
    const url = `nats://127.0.0.1:${port}`;
    const connecting = connected({ url, name: 'early', onNotice: (notice) => notices.push(notice) });
    await waitUntil(() => notices.length > 0, { timeoutMs: 5_000, what: 'the first failure' });
    await start({ port });
    const bus = await connecting;
    await bus.ping(1_000);
    expect(notices[0]?.code).toBe('cannot-connect-yet');
  });

  it('stops waiting when told to, or when the time given is over', async () => {
    const url = `nats://127.0.0.1:${await freePort()}`;
    await expect(connectBus({ url, name: 'x', signal: AbortSignal.timeout(100) })).rejects.toThrow(
      /timeout|abort/i,
    );
    await expect(connectBus({ url, name: 'x', giveUpAfterMs: 200 })).rejects.toThrow(CannotConnect);
  });

  it('presents the token of its URL or options, and gives up at once with a wrong one, not showing it', async () => {
    const { url, port } = await start({ token: 'open-sesame' });
    await (await connected({ url, name: 'in-the-url' })).ping(1_000);
    const bare = `nats://127.0.0.1:${port}`;
    await (await connected({ url: bare, name: 'in-the-options', token: 'open-sesame' })).ping(1_000);
    const refused = connectBus({ url: `nats://guess@127.0.0.1:${port}`, name: 'x' });
    await expect(refused).rejects.toThrow(`Cannot connect to NATS at ${bare}: the credentials were refused.`);
  });

  it('tells of a lost connection and of its return, and publishes nothing into the void meanwhile', async () => {
    const { url, port, dataDir, kill } = await start();
    const notices: string[] = [];
    const bus = await connected({ url, name: 'x', onNotice: ({ code }) => notices.push(code) });
    let returns = 0;
    bus.onReconnect(() => (returns += 1));
    await ensureTopology(bus);
    await kill();
    await waitUntil(() => !bus.isConnected, { timeoutMs: 5_000, what: 'the loss' });
    await expect(bus.publish('patchtide.reports.c1', {}, {}, 100)).rejects.toThrow(PublishTimeout);
    await start({ port, dataDir });
    await waitUntil(() => bus.isConnected, { timeoutMs: 10_000, what: 'the return' });
    expect((await bus.streamState(STREAMS.reports))?.messages).toBe(0);
    expect(returns).toBe(1);
    expect(notices).toEqual(expect.arrayContaining(['connection-lost', 'connection-back']));
  });

  it('changes a stream in place where that is possible, and says what to do where it is not', async () => {
    const { url } = await start();
    const bus = await connected({ url, name: 'x' });
    await ensureTopology(bus, topology({ storage: 'memory' }));
    await Promise.all([
      ensureTopology(bus, topology({ storage: 'memory' })),
      bus.ensureConsumer(consumers.changes()),
    ]);
    await ensureTopology(bus, topology({ storage: 'memory', limits: { work: { maxBytes: 2_000 } } }));
    await bus.ensureConsumer(consumers.changes({ ackWaitMs: 5_000 }));
    const filling = async () => {
      for (let sent = 0; sent < 10; sent += 1) await bus.publish('patchtide.work.host.dc1', 'x'.repeat(500));
    };
    await expect(filling()).rejects.toThrow(RefusedByServer);
    const large = bus.publish('patchtide.reports.c1', 'x'.repeat(2_000_000));
    await expect(large).rejects.toThrow(/larger than the server takes/);
    await expect(ensureTopology(bus)).rejects.toThrow(TopologyConflict);
    await expect(ensureTopology(bus)).rejects.toThrow(/Delete the stream/);
  });
});
