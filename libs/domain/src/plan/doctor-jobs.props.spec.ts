import fc from 'fast-check';
import { indexLandscape } from '../landscape/landscape-index';
import { cyclicSets } from '../landscape/cycles';
import { normalizeLandscape } from '../landscape/normalize';
import type { Draw } from '../testing/random';
import { randomLandscape, randomPolicy } from '../testing/random-estate';
import { doctorJobs } from './doctor-jobs';
import type { DraftJob } from './draft-job';
import { type DraftPlan, draftPlan } from './draft-plan';
import { groupServers } from './groups';
import { waitForChecks } from './wait-for-checks';

const numRuns = Number(process.env['PATCHTIDE_PROPERTY_RUNS'] ?? 30);
jest.setTimeout(60_000 + numRuns * 500);

interface Case {
  readonly draft: DraftPlan;
  readonly before: DraftPlan;
}

/** Random estates whose plans require the doctor. */
function forEveryDraft(violations: (given: Case) => unknown[]): void {
  const property = fc.property(fc.gen(), (g) => {
    const draw: Draw = (max) => g(fc.nat, max);
    const landscape = randomLandscape(draw);
    const policy = { ...randomPolicy(draw), jobs: [], clusters: { default: 'full-stop' as const } };
    const before = draftPlan(landscape, policy, landscape.servers.map(({ id }) => id).sort());
    const index = indexLandscape(normalizeLandscape(landscape));
    const checks = doctorJobs(index, policy, before.selection, before.jobs);
    const jobs = [...checks, ...before.jobs];
    const draft = { ...before, jobs, waits: waitForChecks({ ...before, jobs }, checks) };
    expect(violations({ draft, before })).toEqual([]);
  });
  fc.assert(property, { numRuns, interruptAfterTimeLimit: 60_000 });
}

it('lets every job wait, at once or by others, for the checks of all servers of its group', () => {
  forEveryDraft(({ draft }) => {
    const groups = groupServers(draft);
    return draft.jobs
      .filter(({ action }) => action !== 'CHECK')
      .flatMap((job) => {
        const earlier = everythingBefore(draft, job);
        const servers = groups.all().get(groups.of(job.server)) ?? [];
        return servers.filter((id) => !earlier.has(`check-${id}`)).map((id) => `${job.id}: ${id}`);
      });
  });
});

it('closes no circle, ties no groups together, and takes no other wait away', () => {
  forEveryDraft(({ draft, before }) => {
    const lost = [...before.waits].flatMap(([id, earlier]) =>
      [...earlier].filter((other) => draft.waits.get(id)?.has(other) !== true),
    );
    const isSameGroups =
      JSON.stringify([...groupServers(draft).all()]) === JSON.stringify([...groupServers(before).all()]);
    return [...cyclicSets(draft.waits), ...lost, ...(isSameGroups ? [] : ['other groups'])];
  });
});

function everythingBefore({ waits }: DraftPlan, job: DraftJob): Set<string> {
  const seen = new Set<string>();
  const queue = [...(waits.get(job.id) ?? [])];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    queue.push(...(waits.get(next) ?? []));
  }
  return seen;
}
