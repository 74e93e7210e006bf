import type { Fault } from '@patchtide/contracts';
import { cyclicSets, shortestCycle } from '../landscape/cycles';
import { grouped } from '../grouped';
import type { DraftJob } from './draft-job';
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
  const known = new Map(jobs.map((job) => [job.id, job]));
  const faults: Fault[] = [];
  let rest = waits;
  for (;;) {
    const [set] = cyclicSets(rest);
    if (!set) return faults;
    const cycle = shortestCycle(rest, set).flatMap((id) => known.get(id) ?? []);
    const circle = cycle.map(({ name }) => name).join(' -> ');
    const chain = chains.find((candidate) => isOn(candidate, cycle));
    if (!chain) return [...faults, unexplained(circle)];
    faults.push(impossibleChain(chain.cluster, circle));
    rest = without(
      rest,
      known,
      chains.filter((candidate) => candidate.cluster === chain.cluster),
    );
  }
}

function isOn(chain: Chain, cycle: readonly DraftJob[]): boolean {
  return cycle.some((job, i) => isWait(chain, job, cycle[i + 1]));
}

/** Whether it is because of this chain that one job waits for another. */
function isWait({ component, waitsFor }: Chain, job?: DraftJob, earlier?: DraftJob): boolean {
  const isStop = job?.action === 'STOP' && job.ci === component;
  return isStop && earlier?.action === 'START' && earlier.ci === waitsFor;
}

function without(waits: Waits, known: ReadonlyMap<string, DraftJob>, chains: readonly Chain[]): Waits {
  const dropped = grouped(chains, ({ component }) => component);
  return new Map(
    [...waits].map(([id, earlier]) => {
      const job = known.get(id);
      const here = job?.action === 'STOP' ? (dropped.get(job.ci) ?? []) : [];
      const kept = [...earlier].filter(
        (other) => !here.some((chain) => isWait(chain, job, known.get(other))),
      );
      return [id, here.length === 0 ? earlier : new Set(kept)];
    }),
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
    remedy:
      'Remove one of the relations behind these waits, let the policy break it (/breaks), or take one side out of the scope.',
  };
}
