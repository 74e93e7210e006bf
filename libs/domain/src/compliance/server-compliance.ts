import type { Landscape, PackageChange, PlanJob } from '@patchtide/contracts';
import type { CampaignRecord } from './campaign-record';
import { addChanges, byName } from './changed-packages';
import type { PatchResult, RebootRecord, RebootResult, ServerCompliance } from './compliance-report';
import { JobRecord, type JobResult } from './job-record';

/** Every server that the campaign was to patch, and every one that it leaves out, in the order of their ids. */
export function serverCompliance(
  record: CampaignRecord,
  landscape: Landscape['servers'],
): ServerCompliance[] {
  const { plan } = record;
  const jobs = new Map<string, PlanJob[]>();
  for (const job of plan.jobs) jobs.set(job.server, [...(jobs.get(job.server) ?? []), job]);
  const known = new Map(landscape.map((server) => [server.id, server]));
  const patched = Object.values(plan.servers).flatMap((server) => {
    const own = jobs.get(server.id) ?? [];
    return own.some(({ action }) => action === 'PATCH') ? [ofServer(record, server, own)] : [];
  });
  const excluded = plan.exclusions.map(({ ci, reason }) =>
    excludedServer(known.get(ci) ?? { id: ci }, reason),
  );
  return [...patched, ...excluded].sort((a, b) => (a.server < b.server ? -1 : 1));
}

interface Named {
  readonly id: string;
  readonly name?: string;
  readonly os?: string;
  readonly owner?: string | null;
}

function excludedServer(server: Named, reason: string): ServerCompliance {
  const reboot = { result: 'not-planned', ...NOT_REBOOTED } as const;
  return {
    ...about(server),
    ...{ applications: [], result: 'excluded', at: null, by: null, reason, reboot },
    ...{ packages: [], notes: {}, isCompliant: false },
  };
}

function about({ id, name = id, os, owner }: Named) {
  return { server: id, name, os: os ?? null, owner: owner ?? null };
}

function ofServer(record: CampaignRecord, server: Named, jobs: readonly PlanJob[]): ServerCompliance {
  const standing = (id: string): JobRecord => settled(record.job(id) ?? new JobRecord(), record.isClosed);
  const patches = jobs.filter(({ action }) => action === 'PATCH').map(({ id }) => standing(id));
  const rebooting = jobs.find(({ action }) => action === 'REBOOT');
  const decisive = decisiveOf(patches);
  const reboot = rebootOf(patches, rebooting && standing(rebooting.id));
  const result: PatchResult = decisive.result === 'proven' ? 'patched' : decisive.result;
  const isDone = result === 'patched' || result === 'by-hand';
  const changes = new Map<string, PackageChange>();
  for (const { packages } of patches) addChanges(changes, [...packages.values()]);
  return {
    ...about(server),
    applications: jobs[0]?.applications ?? [],
    ...{ result, at: decisive.at, by: decisive.by, reason: decisive.reason, reboot },
    packages: byName(changes.values()),
    notes: notesOf(patches),
    isCompliant: isDone && !reboot.isDue,
  };
}

/** When the campaign is over, what is still pending will not happen any more; what a person had in hand may have. */
function settled(job: JobRecord, isClosed: boolean): JobRecord {
  if (!isClosed || job.result !== 'pending') return job;
  const ended = Object.assign(new JobRecord(), job);
  ended.result = job.by !== null ? 'unknown' : 'left-out';
  ended.reason = `the campaign ended: ${job.reason}`;
  return ended;
}

/** The worse counts: a server is patched when all its patches are. */
const WORST_FIRST: readonly JobResult[] = [
  'failed',
  'unknown',
  'pending',
  'skipped',
  'left-out',
  'by-hand',
  'proven',
];

/** Among patches that stand alike, the one that ended last tells when. */
function decisiveOf(patches: readonly JobRecord[]): JobRecord {
  const rank = ({ result }: JobRecord): number => WORST_FIRST.indexOf(result);
  const [first, ...rest] = patches;
  if (!first) return new JobRecord();
  return rest.reduce((worst, job) => {
    if (rank(job) !== rank(worst)) return rank(job) < rank(worst) ? job : worst;
    return (job.at ?? '') > (worst.at ?? '') ? job : worst;
  }, first);
}

const NOT_REBOOTED = {
  ...{ at: null, by: null, reason: '', neededFor: null, isDue: false },
  ...{ bootIdBefore: null, bootIdAfter: null },
};

function rebootOf(patches: readonly JobRecord[], job: JobRecord | undefined): RebootRecord {
  const before = patches.map(({ bootId }) => bootId).find((bootId) => bootId !== null) ?? null;
  const asked = [...patches, ...(job ? [job] : [])].map(({ facts }) => facts['reboot-needed']);
  const neededFor = asked.filter((reason) => reason !== undefined && reason !== 'no').at(-1) ?? null;
  const result = rebootResult(job);
  const isDone = result === 'rebooted' || result === 'not-needed' || result === 'by-hand';
  const common = { result, neededFor, isDue: neededFor !== null && !isDone };
  if (!job) return { ...NOT_REBOOTED, ...common, bootIdBefore: before };
  const { at, by, reason, bootId } = job;
  const bootIdAfter = result === 'rebooted' ? bootId : null;
  return { ...common, at, by, reason, bootIdBefore: before, bootIdAfter };
}

function rebootResult(job: JobRecord | undefined): RebootResult {
  if (!job) return 'not-planned';
  if (job.result !== 'proven') return job.result;
  return job.facts['rebooted'] === 'false' ? 'not-needed' : 'rebooted';
}

/** What is told elsewhere in the report. */
const TOLD: ReadonlySet<string> = new Set(['reboot-needed', 'rebooted']);

function notesOf(patches: readonly JobRecord[]): Record<string, string> {
  const notes = patches.flatMap(({ facts }) => Object.entries(facts).filter(([token]) => !TOLD.has(token)));
  return Object.fromEntries(notes);
}
