import type { RunnerStatus, RunnerStep } from '@patchtide/connectors/remote-shell';
import { ManualClock } from './manual-clock';
import { FaultBook, type SimulatedFault } from '../faults';
import { SimulatedHost } from '../host/simulated-host';
import { Truth } from '../host/truth';

const SERVER = { id: 'srv-0001', name: 'crm-db-01', address: '127.10.0.1', port: 2222, os: 'debian-12' };
const COMPONENT = { id: 'crm-db', name: 'crm-db-01', kind: 'postgresql', tier: 'db', server: 'srv-0001' };

/** A host on a clock that moves by hand, with one database, one cron file and one timer. For specs. */
export function newTestHost(faults: readonly SimulatedFault[] = [], seed = 7) {
  const clock = new ManualClock();
  const truth = new Truth();
  const book = new FaultBook(faults);
  const events: string[] = [];
  const host = new SimulatedHost({
    spec: {
      server: SERVER,
      components: [
        { ...COMPONENT, application: 'crm', unit: 'postgresql@15-main', attributes: { port: 5432 } },
      ],
      batchJobs: [
        {
          id: 'billing',
          name: 'billing',
          server: SERVER.id,
          system: 'cron',
          ref: { file: '/etc/cron.d/billing' },
        },
        { id: 'sync', name: 'sync', server: SERVER.id, system: 'systemd-timer', ref: { unit: 'sync.timer' } },
      ],
    },
    clock,
    truth,
    faults: book,
    pace: { seed, speed: 1, instant: false },
    observer: {
      hostDown: () => events.push('down'),
      hostUp: () => events.push('up'),
      connectionsCut: () => events.push('cut'),
      unitChanged: (_, unit, active) => events.push(`${unit} ${active ? 'up' : 'down'}`),
    },
  });
  return { host, clock, truth, book, events };
}

export type TestHost = ReturnType<typeof newTestHost>;

/** What a command said by the time it ended; `code` is undefined while it runs and when it never exits. */
export function runCommand({ host, clock }: TestHost, ...argv: string[]) {
  const seen = { output: '', error: '', code: undefined as number | undefined };
  host.exec(argv, {
    output: (text) => (seen.output += text),
    error: (text) => (seen.error += text),
    end: (_, code) => (seen.code = code),
  });
  clock.advance(60_000);
  return seen;
}

/** Follows an attempt and keeps what came. */
export function follow(
  { host }: TestHost,
  steps: readonly RunnerStep[],
  wish: { attemptId?: string; epoch?: number; outputOffset?: number } = {},
) {
  const seen = {
    output: '',
    status: undefined as RunnerStatus | undefined,
    detach: () => undefined as unknown,
  };
  const request = { attemptId: 'CHG1/stop-crm-db/1', epoch: 1, outputOffset: 0, ...wish, steps };
  seen.detach = host.runner.run(request, {
    output: (chunk) => (seen.output += chunk.toString()),
    status: (status) => (seen.status = status),
  });
  return seen;
}

export function doStep(...argv: string[]): RunnerStep {
  return { mode: 'do', timeoutMs: 60_000, argv };
}

export function untilStep(...argv: string[]): RunnerStep {
  return { mode: 'until', timeoutMs: 10_000, argv };
}
