import 'reflect-metadata';
import {
  BadRequestException,
  Controller,
  Injectable,
  type INestMicroservice,
  Module,
  type PipeTransform,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, MessagePattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import { waitUntil } from '@patchtide/embedded';
import { defer, delay, type Observable, of } from 'rxjs';
import type { Bus } from '../bus';
import { consume, type ConsumeOptions } from '../consume';
import { Poison } from '../errors';
import { consumers, ensureTopology, STREAMS } from '../topology';
import { JetStreamContext } from './jetstream-context';
import { JetStreamStrategy } from './jetstream-strategy';
import { OriginalErrorFilter } from './original-error-filter';

const MODES = ['ok', 'fail-once', 'fail-late', 'poison', 'rejected', 'later'];
interface Order {
  readonly job: string;
  readonly mode: string;
}

/** Refuses as Nest's validation pipe does. */
class OrderPipe implements PipeTransform {
  transform(order: Order): Order {
    const faults = MODES.includes(order.mode) ? [] : ['mode must be a known one'];
    if (typeof order.job !== 'string') faults.push('job must be a string');
    if (faults.length > 0) throw new BadRequestException(faults);
    return order;
  }
}

@Injectable()
class Log {
  readonly entries: [string, number][] = [];
}

@Controller()
class Executor {
  constructor(private readonly log: Log) {}

  @EventPattern('host-dc1')
  work(@Payload(OrderPipe) { job, mode }: Order, @Ctx() { message }: JetStreamContext): unknown {
    this.log.entries.push([job, message.deliveries]);
    if (mode === 'poison') throw new Poison('no such step');
    if (mode === 'rejected')
      throw Object.assign(new Error('no'), { name: 'Rejected', code: 'outside-window' });
    if (message.deliveries > 1) return undefined;
    if (mode === 'fail-once') throw new Error('ssh is down');
    if (mode === 'fail-late') return this.failLater();
    return mode === 'later' ? { nak: 20 } : 'ack';
  }

  @MessagePattern('patchtide.commands.test')
  command(@Payload() data: unknown): Observable<unknown> {
    return of({ ok: true, data }).pipe(delay(5));
  }

  private failLater(): Observable<never> {
    return defer(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('too late');
    });
  }
}

@Module({ controllers: [Executor], providers: [Log] })
class Service {}

const spec: ConsumeOptions = { ...consumers.work('host', 'dc1'), nakDelayMs: () => 30 };

/** What Nest handlers on the strategy are promised, on any bus. */
export function strategyContract(
  name: string,
  make: () => Promise<{ bus: Bus; stop(): Promise<void> }>,
): void {
  describe(`Nest handlers on ${name}`, () => {
    let harness: Awaited<ReturnType<typeof make>>;
    let bus: Bus;
    let app: INestMicroservice;

    const start = async (consumersOf: ConsumeOptions[] = [spec]) => {
      const strategy = new JetStreamStrategy({ bus, consumers: consumersOf, drainMs: 500 });
      const options: MicroserviceOptions = { strategy };
      app = await NestFactory.createMicroservice(Service, { ...options, logger: false, abortOnError: false });
      app.useGlobalFilters(new OriginalErrorFilter());
      await app.listen();
    };
    beforeAll(async () => {
      harness = await make();
      bus = harness.bus;
    });
    beforeEach(async () => {
      for (const stream of Object.values(STREAMS)) await bus.deleteStream(stream);
      await ensureTopology(bus);
    });
    afterEach(() => app.close());
    afterAll(async () => {
      await bus.close(500);
      await harness.stop();
    });

    const entries = () => app.get(Log).entries;
    const order = (mode: string, job = mode) => bus.publish(spec.filterSubject, { job, mode });
    const left = async (stream: string) => (await bus.streamState(stream))?.messages;
    const until = (what: string, condition: () => unknown) =>
      waitUntil(condition, { timeoutMs: 10_000, what });
    const emptyQueue = () => until('an empty queue', async () => (await left(STREAMS.work)) === 0);

    it('acks after the handler has returned', async () => {
      await start();
      await order('ok');
      await emptyQueue();
      expect(entries()).toEqual([['ok', 1]]);
      expect(await left(STREAMS.dead)).toBe(0);
    });

    it('does not ack what a handler throws, at once or at the end of its Observable', async () => {
      await start();
      await order('fail-once');
      await order('fail-late');
      await emptyQueue();
      const deliveries = (job: string) =>
        entries()
          .filter(([name]) => name === job)
          .map(([, n]) => n);
      expect([deliveries('fail-once'), deliveries('fail-late')]).toEqual([
        [1, 2],
        [1, 2],
      ]);
    });

    it('follows a returned verdict', async () => {
      await start();
      await order('later');
      await emptyQueue();
      expect(entries()).toEqual([
        ['later', 1],
        ['later', 2],
      ]);
    });

    it('puts aside at once what is poison, refused by a rule or invalid, and goes on behind it', async () => {
      await start();
      await order('poison');
      await order('rejected');
      await order('no-such-mode', 'invalid');
      await bus.publish(spec.filterSubject, { mode: 'ok' });
      await order('ok');
      await emptyQueue();
      expect(entries()).toEqual([
        ['poison', 1],
        ['rejected', 1],
        ['ok', 1],
      ]);
      const letters: string[] = [];
      const reading = { ...consumers.events('letters', 'patchtide.dead.>'), stream: STREAMS.dead };
      const consumption = await consume(
        bus,
        reading,
        ({ data }) => void letters.push((data as { reason: string }).reason),
      );
      await until('four dead letters', () => letters.length === 4);
      await consumption.drain();
      expect(letters[0]).toBe('no such step');
      expect(letters[1]).toBe('refused (outside-window): no');
      expect(letters[2]).toMatch(/mode must be a known one/);
      expect(letters[3]).toMatch(/job must be a string/);
    });

    it('answers commands with the last value of the handler', async () => {
      await start();
      const reply = await bus.request('patchtide.commands.test', { verb: 'pause' }, { timeoutMs: 2_000 });
      expect(reply).toEqual({ ok: true, data: { verb: 'pause' } });
    });

    it('refuses to start with a pattern that names no consumer', async () => {
      await expect(start([consumers.changes()])).rejects.toThrow(
        /'host-dc1'.*Known are: campaign-control-changes/,
      );
    });
  });
}
