import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Change, streamOf } from '@patchtide/contracts';
import { waitUntil } from '@patchtide/embedded';
import { createPool, PostgresEventStore } from '@patchtide/event-store';
import { publishChange } from '../../demo/publish-change';
import { startSystem, type System, type SystemOptions } from '../../system';
import { CAMPAIGN, changeAt, estateOf, policyFor } from './estate';
import type { BenchHosts } from './hosts';
import type { Span } from './cpu-profile';
import { Meter } from './meter';
import { profileReport, profilingInto } from './profile-report';
import type { Figures } from './table';

const TIMEOUT_MS = 300_000;
/** Each look costs the console a few milliseconds. */
const LOOK_MS = 250;
const ANSWER_TIMEOUT_MS = 10_000;

export interface PatchtideFigures extends Figures {
  /** From the change's publication to the first job: capture, plan, approval, window. */
  readonly secondsToFirstJob: number;
  readonly jobs: number;
  readonly events: number;
  /** What the CPU profiles say, when they were asked for. */
  readonly profile?: string;
}

export interface PatchtideOptions {
  readonly parallel: number;
  readonly folder: string;
  readonly profile: boolean;
  /** Gives up. */
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

/** Runs the campaign with the whole system as `npm start` starts it, durable Postgres included. */
export async function runPatchtide(hosts: BenchHosts, options: PatchtideOptions): Promise<PatchtideFigures> {
  const dataDir = await mkdtemp(join(options.folder, 'data-'));
  await mkdir(join(dataDir, 'policies'));
  const policy = policyFor(options.parallel);
  await writeFile(join(dataDir, 'policies', 'bench.json'), JSON.stringify(policy));
  const landscape = join(dataDir, 'landscape.json');
  await writeFile(landscape, JSON.stringify(estateOf(hosts)));
  const profiles = join(dataDir, 'profiles');
  await mkdir(profiles);
  const environment = { ...process.env, ...(options.profile ? profilingInto(profiles) : {}) };
  const settings = settingsFor(hosts, landscape);
  const system = await startSystem({ dataDir, report: options.report, settings, environment });
  const parts = processesOf(system);
  const change = changeAt(Date.now(), hosts);
  const { span, ...figures } = await measure(system, parts, { change, signal: options.signal }).finally(
    system.stop,
  );
  if (!options.profile) return figures;
  // They are written when the processes end.
  const names = new Map([...parts].map(([name, pid]) => [pid, name]));
  return {
    ...figures,
    profile: await profileReport(profiles, { names, cpuSeconds: figures.controlCpu, span }),
  };
}

function processesOf({ parts }: System): Map<string, number> {
  const pids = [...parts].flatMap(([name, part]) => {
    const pid = part.pid();
    return pid === undefined ? [] : [[name, pid] as const];
  });
  return new Map(pids);
}

function settingsFor(hosts: BenchHosts, landscape: string): NonNullable<SystemOptions['settings']> {
  return {
    'cmdb-import': { CMDB_SOURCE: landscape },
    'execution-agent': {
      AGENT_SSH_USER: hosts.user,
      AGENT_SSH_KEY: hosts.privateKey,
      AGENT_KNOWN_HOSTS: hosts.knownHosts,
      AGENT_ROOT: hosts.root,
    },
  };
}

async function measure(
  system: System,
  parts: ReadonlyMap<string, number>,
  { change, signal }: { readonly change: Change; readonly signal: AbortSignal },
): Promise<PatchtideFigures & { readonly span: Span }> {
  const meter = new Meter(parts);
  const fromUs = nowUs();
  const publishedMs = Date.now();
  await publishChange(system.natsUrl, change);
  await shownAsClosed(system, signal).finally(() => meter.stop());
  const span = { fromUs, toUs: nowUs() };
  const { cpuSeconds: controlCpu, peakMb } = meter.stop();
  return { ...(await historyOf(system, publishedMs)), controlCpu, peakMb, span };
}

/** Waits until the console shows the end, so that every projection's work is in the figures. */
async function shownAsClosed(system: System, signal: AbortSignal): Promise<void> {
  const url = `${system.urlOf('console')}/v1/campaigns/${CAMPAIGN}`;
  const headers = { authorization: `Bearer ${system.tokens.viewer}` };
  const isClosed = async (): Promise<boolean> => {
    signal.throwIfAborted();
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    if (!response.ok) return false;
    const { status, closed, reasons } = (await response.json()) as Shown;
    if (status === 'rejected') throw new Error(`the plan was rejected: ${JSON.stringify(reasons)}`);
    return closed !== null;
  };
  await waitUntil(isClosed, { timeoutMs: TIMEOUT_MS, what: 'the campaign to close', intervalMs: LOOK_MS });
}

interface Shown {
  readonly status: string;
  readonly closed: unknown;
  readonly reasons: unknown;
}

async function historyOf(system: System, publishedMs: number) {
  const pool = createPool(system.databaseUrl, { max: 1 });
  try {
    const events = await new PostgresEventStore(pool).read(streamOf.campaign(CAMPAIGN));
    const secondsAt = (wanted: string): number => {
      const event = events.find(({ type }) => type === wanted);
      return event ? (Date.parse(event.meta.recordedAt) - publishedMs) / 1000 : NaN;
    };
    const succeeded = events
      .filter(({ type }) => type === 'JobSucceeded')
      .map(({ data }) => String(data['job']));
    return {
      seconds: secondsAt('CampaignClosed'),
      secondsToFirstJob: secondsAt('JobDispatched'),
      jobs: succeeded.length,
      tasks: succeeded.filter((job) => /^(stop|start)-host-/.test(job)).length,
      events: events.length,
    };
  } finally {
    await pool.end();
  }
}

function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
