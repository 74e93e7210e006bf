import { request as httpRequest } from 'node:http';
import { Body, Controller, Get, Header, Module, NotFoundException, Param, Post, Res } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import {
  consumers,
  ensureTopology,
  JetStreamStrategy,
  MemoryBroker,
  Poison,
  type Problem,
  STREAMS,
} from '@patchtide/messaging';
import { Type } from 'class-transformer';
import { IsDefined, IsIn, IsInt, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import request from 'supertest';
import { CurrentActor, Roles } from '../auth/roles';
import type { Caller } from '../auth/token-table';
import { ConfigInvalid } from '../config/config-invalid';
import type { HttpResponse } from '../http-types';
import { ProblemError } from '../problems/problem-error';
import { bootstrapService, type RunningService } from './bootstrap-service';
import type { HostProcess } from './lifetime';

class Window {
  @IsString() start!: string;
  @IsInt() hours!: number;
}
class Change {
  @IsString() @MaxLength(8) id!: string;
  @IsDefined() @ValidateNested() @Type(() => Window) window!: Window;
  @IsOptional() @IsIn(['on', 'off']) dryRun?: string;
}
class SampleConfig {
  @IsString() GREETING = 'hello';
}

const failures: Record<string, () => Error> = {
  bug: () => new Error('password=hunter2 at /srv/secret'),
  missing: () => new NotFoundException('There is no campaign X.'),
  gate: () => rejected({ nextStep: 'Wait for the window.' }),
  input: () => rejected({ faults: [{ path: '/servers/0', message: 'is unknown', remedy: 'Add it.' }] }),
  busy: () => new ProblemError({ status: 503, code: 'busy', title: 'Busy', detail: 'Full.' }, { cause: 1 }),
  bus: () => Object.assign(new Error('Nobody listens on x.'), { name: 'NoResponders' }),
  race: () => Object.assign(new Error('stream x is at 4'), { name: 'VersionConflict' }),
};
function rejected(more: object): Error {
  return Object.assign(new Error('The window is closed.'), {
    name: 'Rejected',
    code: 'outside-window',
    ...more,
  });
}

@Controller('v1/campaigns')
class Campaigns {
  @Get(':id') @Roles('viewer') show(@Param('id') id: string, @CurrentActor() actor: Caller) {
    return { id, seenBy: actor.name };
  }
  @Post() @Roles('operator', 'service') submit(@Body() change: Change) {
    return { isChange: change instanceof Change, hours: change.window.hours };
  }
  @Get(':id/forgotten') forgotten() {
    return 'no role was declared';
  }
  @Get(':id/fail/:how') @Roles('viewer') fail(@Param('how') how: string) {
    throw failures[how]?.() ?? new Error(how);
  }
  @Get(':id/stream') @Roles('viewer') @Header('Content-Type', 'text/event-stream') stream(
    @Res() response: HttpResponse,
  ) {
    response.write(': hello\n\n');
  }
  @EventPattern('host-dc1') work(@Payload() body: { job: string }) {
    handled.push(body.job);
    if (body.job === 'poison') throw new Poison('no such job');
  }
}
const handled: string[] = [];

@Module({ controllers: [Campaigns] })
class Sample {}

const tokens = { viewer: 'viewer-0123456789abcdef', operator: 'operator-0123456789abcdef' };
const env = {
  PORT: '0',
  PATCHTIDE_TOKENS: `viewer:vera:${tokens.viewer},operator:otto:${tokens.operator}`,
};

/** A process of the test's own, so that signals and exits can be tried. */
class FakeHost implements HostProcess {
  readonly listeners = new Map<string, (reason: unknown) => void>();
  readonly exits: number[] = [];
  #exited: (code: number) => void = () => undefined;
  readonly exited = new Promise<number>((resolve) => (this.#exited = resolve));
  on(event: string, listener: (reason: unknown) => void): void {
    this.listeners.set(event, listener);
  }
  off(event: string): void {
    this.listeners.delete(event);
  }
  exit(code: number): void {
    this.exits.push(code);
    this.#exited(code);
  }
  emit(event: string, reason?: unknown): void {
    this.listeners.get(event)?.(reason);
  }
}

describe('a service', () => {
  const running: RunningService[] = [];
  const lines: Record<string, unknown>[] = [];
  const logTo = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  let isBroken = false;

  const start = async (more: Partial<Parameters<typeof bootstrapService<SampleConfig>>[0]> = {}) => {
    const host = new FakeHost();
    const service = await bootstrapService({
      ...{ name: 'sample', port: 0, env, config: SampleConfig, module: () => Sample, host, logTo },
      checks: () => ({
        database: () => {
          if (isBroken) throw new Error('down');
        },
      }),
      ...more,
    });
    running.push(service);
    return { service, host };
  };
  let service: RunningService;
  const get = (path: string, token: string | undefined = tokens.viewer) => {
    const asked = request(service.url).get(path);
    return token === '' ? asked : asked.set('Authorization', `Bearer ${token}`);
  };

  beforeAll(async () => {
    ({ service } = await start());
  });
  beforeEach(() => {
    isBroken = false;
    lines.splice(0);
  });
  afterAll(async () => {
    for (const one of running) await one.close();
  });

  it('listens on loopback and says so', () => {
    expect(service.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('is alive, ready while its checks pass, and otherwise answers 503 with the check that failed', async () => {
    expect((await get('/health/live', '')).status).toBe(200);
    expect((await get('/health/ready', '')).body).toEqual({ status: 'ready', checks: { database: 'ok' } });
    isBroken = true;
    const response = await get('/health/ready', '');
    expect([response.status, response.body]).toEqual([
      503,
      { status: 'not ready', checks: { database: 'down' } },
    ]);
    expect((await get('/health/live', '')).status).toBe(200);
  });

  it('gives metrics, with requests by route pattern and not by id', async () => {
    await get('/v1/campaigns/CHG-77');
    await get('/no/such/place');
    const { text, status } = await get('/metrics', '');
    expect(status).toBe(200);
    expect(text).toMatch(
      /patchtide_http_request_duration_seconds_count\{.*route="\/v1\/campaigns\/:id".*\} 1/,
    );
    expect(text).toMatch(/route="unmatched"/);
    expect(text).not.toContain('CHG-77');
    expect(text).toContain('process_cpu_seconds_total{service="sample"}');
  });

  it('answers nobody without a known token, and says how to send one', async () => {
    for (const token of ['', 'guess-0123456789abcdef']) {
      const response = await get('/v1/campaigns/C1', token);
      expect(response.status).toBe(401);
      expect(response.headers['www-authenticate']).toContain('Bearer');
      expect(response.headers['content-type']).toContain('application/problem+json');
    }
  });

  it('lets a caller do what a role of theirs allows, reading for everybody with a token, and nothing undeclared', async () => {
    expect((await get('/v1/campaigns/C1')).body).toEqual({ id: 'C1', seenBy: 'vera' });
    expect((await get('/v1/campaigns/C1', tokens.operator)).body).toEqual({ id: 'C1', seenBy: 'otto' });
    expect((await get('/v1/campaigns/C1/forgotten')).status).toBe(403);
    const denied = await request(service.url)
      .post('/v1/campaigns')
      .auth(tokens.viewer, { type: 'bearer' })
      .send({});
    expect(denied.status).toBe(403);
    expect((denied.body as Problem).detail).toBe('This needs the role operator or service; vera has viewer.');
  });

  const submit = (body: object | string) =>
    request(service.url)
      .post('/v1/campaigns')
      .auth(tokens.operator, { type: 'bearer' })
      .set('Content-Type', 'application/json')
      .send(body);

  it('hands a valid body to the handler as its class', async () => {
    const { body } = await submit({ id: 'C1', window: { start: '22:00', hours: 4 } });
    expect(body).toEqual({ isChange: true, hours: 4 });
  });

  it('refuses an invalid body naming every faulty field, and converts nothing by itself', async () => {
    const { status, body } = await submit({
      id: 'far-too-long',
      window: { hours: '4', x: 1 },
      dryRun: false,
    });
    expect(status).toBe(400);
    const paths = ((body as Problem).faults ?? []).map(({ path }) => path);
    expect(paths.sort()).toEqual(['/dryRun', '/id', '/window/hours', '/window/start', '/window/x']);
    expect((body as Problem).faults).toContainEqual({
      path: '/window/x',
      message: 'should not exist',
      remedy: 'Remove it or correct its name.',
    });
  });

  it('refuses a missing nested object, broken JSON and a body that is too large', async () => {
    expect((await submit({ id: 'C1' })).body).toMatchObject({ faults: [{ path: '/window' }] });
    expect((await submit('{"id": ')).body).toMatchObject({ status: 400 });
    const large = await submit({ id: 'x'.repeat(1_200_000) });
    expect([large.status, large.headers['content-type']]).toEqual([
      413,
      expect.stringContaining('problem+json'),
    ]);
  });

  it.each([
    ['missing', 404, { type: 'about:blank', detail: 'There is no campaign X.' }],
    [
      'gate',
      409,
      { code: 'outside-window', detail: 'The window is closed.', nextStep: 'Wait for the window.' },
    ],
    ['input', 422, { faults: [{ path: '/servers/0', message: 'is unknown', remedy: 'Add it.' }] }],
    ['busy', 503, { code: 'busy', title: 'Busy', detail: 'Full.' }],
    ['bus', 503, { code: 'unavailable', nextStep: 'Try again in a moment.' }],
    ['race', 409, { code: 'changed-meanwhile' }],
  ])('answers "%s" with %i and a problem', async (how, status, expected) => {
    const response = await get(`/v1/campaigns/C1/fail/${how}?x=1`);
    expect(response.status).toBe(status);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.body).toMatchObject({ ...expected, status, instance: `/v1/campaigns/C1/fail/${how}` });
  });

  it('answers a bug with 500 and a correlation id, shows nothing of it, and logs it under that id', async () => {
    const response = await get('/v1/campaigns/C1/fail/bug').set('X-Correlation-Id', 'night-2026-11');
    expect(response.status).toBe(500);
    expect(JSON.stringify(response.body)).not.toMatch(/hunter2|secret|stack/);
    expect(response.body).toMatchObject({ correlationId: 'night-2026-11' });
    expect(response.headers['x-correlation-id']).toBe('night-2026-11');
    const logged = lines.find(({ msg, err }) => msg === 'request failed' && err !== undefined);
    expect(logged).toMatchObject({ level: 'error', correlation: 'night-2026-11' });
  });

  it('logs a request once, with its campaign and without its token, and no probe', async () => {
    await get('/v1/campaigns/CHG-9?secret=1');
    await get('/health/live', '');
    const completed = lines.filter(({ msg }) => msg === 'request completed');
    expect(completed).toHaveLength(1);
    expect(completed[0]).toMatchObject({
      campaign: 'CHG-9',
      req: { method: 'GET', path: '/v1/campaigns/CHG-9' },
    });
    expect(JSON.stringify(lines)).not.toContain(tokens.viewer);
    expect(JSON.stringify(lines)).not.toContain('secret=1');
  });

  it('replaces a malformed correlation id by one of its own', async () => {
    const response = await get('/v1/campaigns/C1').set('X-Correlation-Id', 'a b"c');
    expect(response.headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('does not start with a faulty configuration and names all faults', async () => {
    const starting = start({ env: { PORT: 'x', LOG_LEVEL: 'loud', PATCHTIDE_TOKENS: 'a:b' } });
    await expect(starting).rejects.toThrow(ConfigInvalid);
    await expect(starting).rejects.toThrow(/PORT[^]*LOG_LEVEL[^]*PATCHTIDE_TOKENS/);
  });

  it('answers nobody when no tokens are configured', async () => {
    const { service: closed } = await start({ env: { PORT: '0' } });
    const response = await request(closed.url)
      .get('/v1/campaigns/C1')
      .auth(tokens.viewer, { type: 'bearer' });
    expect(response.status).toBe(401);
    expect((await request(closed.url).get('/health/live')).status).toBe(200);
  });

  it('handles messages with the same filter and guard: done is acked, poison is put aside', async () => {
    const bus = new MemoryBroker().connect();
    await ensureTopology(bus);
    const strategy = () => new JetStreamStrategy({ bus, consumers: [consumers.work('host', 'dc1')] });
    const { service: worker } = await start({ strategy });
    for (const job of ['ok', 'poison']) await bus.publish('patchtide.work.host.dc1', { job });
    const emptied = async () => (await bus.streamState(STREAMS.work))?.messages === 0;
    const deadline = Date.now() + 5_000;
    while (!(await emptied()) && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
    expect(handled).toEqual(['ok', 'poison']);
    expect((await bus.streamState(STREAMS.dead))?.messages).toBe(1);
    await worker.close();
    await bus.publish('patchtide.work.host.dc1', { job: 'late' });
    expect(handled).toHaveLength(2);
  });

  it('ends in order at SIGTERM, cuts streams that never end, and exits with 0', async () => {
    const { service: ending, host } = await start();
    const streaming = await openStream(`${ending.url}/v1/campaigns/C1/stream`);
    host.emit('SIGTERM');
    expect(await host.exited).toBe(0);
    await streaming.ended;
    await expect(request(ending.url).get('/health/live')).rejects.toThrow(/ECONNREFUSED/);
    expect(lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['shutting down', 'shut down']));
  });

  it('exits with 1 when it cannot end in time, and at once at a second signal', async () => {
    const stuck = () => {
      const strategy = new JetStreamStrategy({ bus: new MemoryBroker().connect(), consumers: [] });
      strategy.addHandler = () => undefined;
      strategy.close = () => new Promise(() => undefined);
      return strategy;
    };
    const options = { strategy: stuck, closeTimeoutMs: 50 };
    const first = await start(options);
    first.host.emit('SIGINT');
    expect(await first.host.exited).toBe(1);
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'shutdown was not orderly' }));
    const second = await start({ ...options, closeTimeoutMs: 300 });
    second.host.emit('SIGINT');
    second.host.emit('SIGINT');
    expect(await second.host.exited).toBe(1);
    running.splice(-2);
    for (const { service: leftover } of [first, second]) await stopServer(leftover);
  });

  it('crashes with a log line on an error that nobody handled', async () => {
    const { host } = await start();
    host.emit('unhandledRejection', new Error('forgotten'));
    expect(host.exits).toEqual([1]);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'fatal', msg: 'crashed', event: 'unhandledRejection' }),
    );
  });

  async function openStream(url: string): Promise<{ ended: Promise<void> }> {
    return new Promise((resolve, reject) => {
      const asking = httpRequest(
        url,
        { headers: { authorization: `Bearer ${tokens.viewer}` } },
        (response) => {
          const ended = new Promise<void>((done) => response.once('close', done));
          response.on('error', () => undefined);
          response.resume();
          resolve({ ended });
        },
      );
      asking.once('error', reject);
      asking.end();
    });
  }
  async function stopServer({ app }: RunningService): Promise<void> {
    const server = app.getHttpServer();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
});
