import type { PlanWave, WaveGate } from '@patchtide/contracts';
import { toInstant, toMs } from '../instant';
import type { Execution } from './state';

const NAMED = 3;

/** Why a wave is not released: the one before it is not over, or holds it back. Null when it may be. */
export function waveRefusal(execution: Execution, name: string, at: string): string | null {
  const before = waveBefore(execution, name);
  if (!before) return null;
  if (!execution.releasedWaves.has(before.name)) return `wave ${before.name} comes first`;
  const left = notOver(execution, before);
  if (left === 1) return `1 job of wave ${before.name} has not ended`;
  return left > 0 ? `${left} jobs of wave ${before.name} have not ended` : heldBack(execution, name, at);
}

/**
 * Why a wave is not released although the one before it is over: its gate is closed, or it is still watched. Asked again at
 * every look, never remembered.
 */
export function heldBack(execution: Execution, name: string, at: string): string | null {
  const before = waveBefore(execution, name);
  if (!before || notOver(execution, before) > 0) return null;
  const { waves } = execution.plan;
  const soFar = waves.slice(0, waves.indexOf(before) + 1).map((wave) => wave.name);
  const reasons = before.gate ? closedBecause(execution, before.gate, new Set(soFar)) : [];
  if (reasons.length > 0) return `the gate after wave ${before.name} is closed: ${reasons.join('; ')}`;
  const soakedMs = (execution.waveEndMs.get(before.name) ?? 0) + before.soakMs;
  return toMs(at) < soakedMs ? `wave ${before.name} is watched until ${toInstant(soakedMs)}` : null;
}

function waveBefore({ plan }: Execution, name: string): PlanWave | undefined {
  return plan.waves[plan.waves.findIndex((wave) => wave.name === name) - 1];
}

/**
 * Jobs that keep a wave from being over. A gate that allows failures or incidents would say nothing if every failure had to
 * be answered first: there, a wave is over when nothing more happens in it without a person.
 */
function notOver(execution: Execution, { name, gate }: PlanWave): number {
  const toleratesFailures = gate?.failures !== undefined || gate?.incidents !== undefined;
  return (toleratesFailures ? execution.atWork : execution.unsettled).get(name) ?? 0;
}

function closedBecause(execution: Execution, gate: WaveGate, waves: ReadonlySet<string>): string[] {
  const { failures, incidents, checks } = gate;
  return [
    ...(failures === undefined ? [] : tooMany(failedServers(execution, waves), failures, SERVERS)),
    ...(incidents === undefined ? [] : tooMany(openIncidents(execution), incidents, INCIDENTS)),
    ...(checks === undefined ? [] : tooMany(checksNotPassed(execution, waves), null, CHECKS)),
  ];
}

type Words = readonly [one: string, many: string];
const SERVERS: Words = ['server has failed', 'servers have failed'];
const INCIDENTS: Words = ['incident is open', 'incidents are open'];
const CHECKS: Words = ['check has not passed', 'checks have not passed'];

function tooMany(found: readonly string[], limit: number | null, [one, many]: Words): string[] {
  if (found.length <= (limit ?? 0)) return [];
  const more = found.length > NAMED ? ` and ${found.length - NAMED} more` : '';
  const names = `${found.slice(0, NAMED).join(', ')}${more}`;
  const allowed = limit === null ? '' : `, and ${limit === 0 ? 'none' : `at most ${limit}`} may`;
  return [`${found.length} ${found.length === 1 ? one : many} (${names})${allowed}`];
}

function failedServers({ failed, jobs }: Execution, waves: ReadonlySet<string>): string[] {
  const servers = [...failed].flatMap((id) => {
    const job = jobs.get(id)?.plan;
    return job && waves.has(job.wave) ? [job.server] : [];
  });
  return [...new Set(servers)].sort();
}

/** Waves that are not released yet have none, so these are all of the campaign's. */
function openIncidents({ incidents, jobs }: Execution): string[] {
  return [...incidents.values()]
    .filter((incident) => incident.open)
    .map(({ job }) => jobs.get(job)?.plan.name ?? job)
    .sort();
}

/** A check that was skipped has said nothing; one that a person completed has that person's word. */
function checksNotPassed({ openChecks, jobs }: Execution, waves: ReadonlySet<string>): string[] {
  return [...waves]
    .flatMap((wave) => [...(openChecks.get(wave) ?? [])])
    .map((id) => jobs.get(id)?.plan.name ?? id)
    .sort();
}
