import type { Fault } from '@patchtide/contracts';
import { cyclicSets, shortestCycle } from '../landscape/cycles';
import { type DraftJob, jobId } from './draft-jobs';
import type { Chain } from './order-jobs';

type Waits = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Why no order of jobs satisfies every wait: one fault per cluster that cannot be taken member by member, each with
 * the shortest circle it causes, and one for a circle that no cluster explains.
 */
export function findContradictions(
  waits: Waits,
  jobs: readonly DraftJob[],
  chains: readonly Chain[],
): Fault[] {
  const names = new Map(jobs.map((job) => [job.id, job.name]));
  const faults: Fault[] = [];
  let rest = waits;
  for (;;) {
    const [set] = cyclicSets(rest);
    if (!set) return faults;
    const cycle = shortestCycle(rest, set);
    const circle = cycle.map((id) => names.get(id) ?? id).join(' -> ');
    const chain = chains.find((candidate) => isOn(candidate, cycle));
    if (!chain) return [...faults, unexplained(circle)];
    faults.push(impossibleChain(chain.cluster, circle));
    rest = without(
      rest,
      chains.filter((candidate) => candidate.cluster === chain.cluster),
    );
  }
}

function isOn(chain: Chain, cycle: readonly string[]): boolean {
  const at = cycle.indexOf(jobId('STOP', chain.component));
  return at >= 0 && cycle[at + 1] === jobId('START', chain.waitsFor);
}

function without(waits: Waits, chains: readonly Chain[]): Waits {
  const dropped = new Map(
    chains.map((chain) => [jobId('STOP', chain.component), jobId('START', chain.waitsFor)]),
  );
  return new Map(
    [...waits].map(([id, earlier]) => [
      id,
      new Set([...earlier].filter((other) => dropped.get(id) !== other)),
    ]),
  );
}

function impossibleChain(cluster: string, circle: string): Fault {
  return {
    path: '/limits/cluster',
    message: `cluster ${cluster} cannot be taken member by member, because what its members depend on goes down too: ${circle}`,
    remedy: `Allow the whole cluster to stop (/clusters: { ${cluster}: full-stop }), or take one side out of the scope.`,
  };
}

function unexplained(circle: string): Fault {
  return {
    path: '/relations',
    message: `these jobs would wait for each other for ever: ${circle}`,
    remedy: 'Remove one of the relations behind these waits, or take one side out of the scope.',
  };
}
