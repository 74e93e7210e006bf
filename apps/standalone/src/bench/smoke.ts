import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Plan, streamOf } from '@patchtide/contracts';
import { createPool, PostgresEventStore, type StoredEvent } from '@patchtide/event-store';
import { demoChange, demoPolicy } from '../demo/demo-inputs';
import { type DemoSystem, startDemoSystem } from '../demo/demo-system';
import { outcomeOf } from '../demo/outcome';
import { publishChange } from '../demo/publish-change';
import { cpuSeconds } from './cpu-by-part';
import { type AttemptTimes, handoversMs } from './handover';
import { percentile } from './percentiles';

const CAMPAIGN = 'BENCH1';
const TIMEOUT_MS = 300_000;
const LOOK_MS = 250;

export interface SmokeReport {
  readonly servers: number;
  /** Jobs that may run at the same time; without a limit the machine is, and latency is a queue. */
  readonly limit: number;
  readonly jobs: number;
  readonly seconds: number;
  readonly jobsPerSecond: number;
  readonly handoverP50Ms: number;
  readonly handoverP99Ms: number;
  readonly handovers: number;
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly executedTwice: number;
  readonly status: string;
  /** Where the time went: CPU seconds by process, from the change's publication to the close. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
}

/** The whole system over simulated servers whose commands take no time: what is left is our own overhead. */
export async function smoke(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      servers: { type: 'string', default: '200' },
      limit: { type: 'string', default: '12' },
      json: { type: 'string', default: 'bench-results/smoke.json' },
    },
  });
  const servers = Number(values.servers);
  const demo = await startDemoSystem({
    fleet: ['--servers', String(servers), '--applications', String(Math.round(servers * 0.3)), '--instant'],
    policy: {
      ...demoPolicy(),
      limits: { campaign: Number(values.limit), cluster: 1 },
      waves: [{ name: 'all' }],
    },
    report: (line) => process.stderr.write(`${line}\n`),
  });
  try {
    const report = await measure(demo, servers);
    const file = resolve(values.json);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
    process.stdout.write(`${tableOf(report)}\nWritten to ${file}\n`);
    return report.status === 'completed' && report.executedTwice === 0 ? 0 : 1;
  } finally {
    await demo.stop();
  }
}

async function measure(demo: DemoSystem, servers: number): Promise<SmokeReport> {
  const before = cpuSeconds(processesOf(demo));
  await publishChange(demo.system.natsUrl, demoChange(CAMPAIGN, Date.now()));
  await closed(demo);
  const after = cpuSeconds(processesOf(demo));
  const outcome = await outcomeOf(demo, CAMPAIGN);
  const attempts = await getJson<AttemptTimes[]>(`${demo.fleet.controlUrl}/attempts`);
  const { events, plan } = await historyOf(demo.system.databaseUrl);
  const at = (type: string): number =>
    Date.parse(events.find((event) => event.type === type)?.meta.recordedAt ?? '');
  const seconds = (at('CampaignClosed') - at('CampaignStarted')) / 1000;
  const handovers = handoversMs(CAMPAIGN, events, attempts);
  return {
    servers,
    limit: plan.limits.campaign ?? 0,
    jobs: plan.jobs.length,
    seconds,
    jobsPerSecond: plan.jobs.length / seconds,
    handoverP50Ms: percentile(handovers, 0.5),
    handoverP99Ms: percentile(handovers, 0.99),
    handovers: handovers.length,
    events: events.length,
    eventsPerSecond: events.length / seconds,
    executedTwice: outcome.executedTwice,
    status: outcome.status,
    cpuSeconds: Object.fromEntries(
      Object.entries(after).map(([name, used]) => [name, Number((used - (before[name] ?? 0)).toFixed(2))]),
    ),
  };
}

function processesOf({ system, fleet }: DemoSystem): Map<string, number> {
  const parts = [...system.parts].flatMap(([name, part]) => {
    const pid = part.pid();
    return pid === undefined ? [] : [[name, pid] as const];
  });
  return new Map([...parts, ['fleet-simulator', fleet.pid]]);
}

async function closed({ system }: DemoSystem): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (Date.now() < deadline) {
    const campaigns = await getJson<{ id: string; closed: unknown }[]>(
      `${system.urlOf('console')}/v1/campaigns`,
      system.tokens.viewer,
    );
    if (campaigns.some((campaign) => campaign.id === CAMPAIGN && campaign.closed !== null)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error(`the campaign was not closed within ${TIMEOUT_MS / 1000} s`);
}

async function historyOf(databaseUrl: string): Promise<{ events: StoredEvent[]; plan: Plan }> {
  const pool = createPool(databaseUrl, { max: 2 });
  try {
    const store = new PostgresEventStore(pool);
    const events = await store.read(streamOf.campaign(CAMPAIGN));
    const digest = String(events.find(({ type }) => type === 'CampaignPlanned')?.data['planDigest']);
    const document = await store.getDocument(digest);
    return { events, plan: { digest, ...(JSON.parse(document?.text ?? '{}') as Omit<Plan, 'digest'>) } };
  } finally {
    await pool.end();
  }
}

async function getJson<T>(url: string, token?: string): Promise<T> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}

function tableOf(report: SmokeReport): string {
  const rows: [string, string, string][] = [
    ['servers', String(report.servers), ''],
    ['jobs at the same time, at most', String(report.limit), ''],
    ['jobs', String(report.jobs), '>= 2,400 at 200 servers'],
    ['wall time, first start to closed', `${report.seconds.toFixed(1)} s`, '<= 30 s'],
    ['jobs per second', report.jobsPerSecond.toFixed(1), ''],
    ['end of a job -> start of what it set free, p50', `${report.handoverP50Ms.toFixed(0)} ms`, '<= 50 ms'],
    ['end of a job -> start of what it set free, p99', `${report.handoverP99Ms.toFixed(0)} ms`, ''],
    ['handovers measured', String(report.handovers), ''],
    ['events appended per second', report.eventsPerSecond.toFixed(0), ''],
    ['executed twice', String(report.executedTwice), '0'],
    ...Object.entries(report.cpuSeconds).map(([name, used]): [string, string, string] => [
      `CPU of ${name}`,
      `${used.toFixed(1)} s`,
      '',
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return [['', 'measured', 'goal'], ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
