import { rm } from 'node:fs/promises';
import { Module } from '@nestjs/common';
import { type RunningServer, startNats, waitUntil } from '@patchtide/embedded';
import { type Bus, STREAMS } from '@patchtide/messaging';
import request from 'supertest';
import { bootstrapService, type RunningService } from '../bootstrap/bootstrap-service';
import type { HostProcess } from '../bootstrap/lifetime';
import { BusConfig } from '../config/bus-config';
import { BUS, BusModule } from './bus.module';

describe('a service on the bus', () => {
  let server: RunningServer;
  const started: RunningService[] = [];
  const lines: Record<string, unknown>[] = [];
  const logTo = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const signals = new Map<string, (reason: unknown) => void>();
  const host: HostProcess = {
    on: (event, listener) => signals.set(event, listener),
    off: (event) => signals.delete(event),
    exit: () => undefined,
  };
  const start = async (url: string) => {
    @Module({})
    class Nothing {}
    const service = await bootstrapService({
      ...{ name: 'bus-user', port: 0, env: { NATS_URL: url, PORT: '0' }, config: BusConfig, host, logTo },
      module: (config) => ({
        module: Nothing,
        imports: [BusModule.forRoot({ name: 'bus-user', config })],
      }),
    });
    started.push(service);
    return service;
  };

  beforeAll(async () => {
    server = await startNats({ token: 'open-sesame' });
  });
  afterAll(async () => {
    for (const service of started) await service.close();
    await server.stop();
    // It was started again on its directory, and keeps what it was given.
    await rm(server.dataDir, { recursive: true, force: true });
  });

  it('has its streams, is ready while the server answers, not without it, and again when it is back', async () => {
    const service = await start(server.url);
    const bus = service.app.get<Bus>(BUS);
    expect((await bus.streamState(STREAMS.work))?.messages).toBe(0);
    const ready = async () => (await request(service.url).get('/health/ready')).status === 200;
    expect(await ready()).toBe(true);
    await server.kill();
    await waitUntil(async () => !(await ready()), { timeoutMs: 10_000, what: 'not ready' });
    server = await startNats({ token: 'open-sesame', dataDir: server.dataDir, port: server.port });
    await waitUntil(ready, { timeoutMs: 10_000, what: 'ready again' });
    const { text } = await request(service.url).get('/metrics');
    expect(text).toContain('patchtide_bus_notices_total{code="connection-lost",service="bus-user"} 1');
    expect(lines).toContainEqual(expect.objectContaining({ code: 'connection-lost', level: 'warn' }));
    expect(JSON.stringify(lines)).not.toContain('open-sesame');
  });

  it('can be stopped while it still waits for the server', async () => {
    const starting = start('nats://127.0.0.1:9');
    await waitUntil(() => lines.some(({ code }) => code === 'cannot-connect-yet'), {
      timeoutMs: 5_000,
      what: 'the wait',
    });
    signals.get('SIGTERM')?.(undefined);
    await expect(starting).rejects.toThrow(/shutting down/);
  });
});
