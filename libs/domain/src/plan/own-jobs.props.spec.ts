import type { Moment } from '@patchtide/contracts';
import fc from 'fast-check';
import { isInOrder } from '../testing/plans';
import { type Drafted, ownJobOf, randomDraft } from '../testing/random-drafts';

type Job = Drafted['jobs'][number];

/** More estates: PATCHTIDE_PROPERTY_RUNS=5000 npx jest … own-jobs.props */
const numRuns = Number(process.env['PATCHTIDE_PROPERTY_RUNS'] ?? 100);
jest.setTimeout(60_000 + numRuns * 500);

/** Holds `violations` against the drafts of random estates; the time it takes is bounded. */
function forEveryDraft(violations: (draft: Drafted) => unknown[]): void {
  const property = fc.property(fc.gen(), (g) => {
    expect(violations(randomDraft((max) => g(fc.nat, max)))).toEqual([]);
  });
  fc.assert(property, { numRuns, interruptAfterTimeLimit: 30_000 });
}

it('runs the jobs of the policy at their moments', () => {
  forEveryDraft((draft) => {
    const { jobs, policy } = draft;
    const on = (server: string, ...actions: readonly string[]) =>
      jobs.filter((job) => job.server === server && actions.includes(job.action) && !ownJobOf(policy, job));
    return jobs.flatMap((job) => {
      const own = ownJobOf(policy, job);
      if (!own) return [];
      const { server, ci, group } = job;
      const stops = jobs.filter((other) => other.group === group && other.action === 'STOP');
      const starts = on(server, 'START').filter((start) => own.per === 'server' || start.ci === ci);
      const given = on(server, 'RELEASE', 'UNMUTE');
      const around: Record<Moment, readonly [Job[], Job[]]> = {
        before: [[], [...on(server, 'MUTE', 'HOLD', 'PATCH', 'REBOOT', 'VERIFY', 'START'), ...stops]],
        stopped: [on(server, 'MUTE', 'HOLD', 'STOP'), on(server, 'PATCH', 'REBOOT', 'VERIFY', 'START')],
        patched: [on(server, 'STOP', 'PATCH'), on(server, 'REBOOT', 'VERIFY', 'START')],
        verified: [on(server, 'PATCH', 'REBOOT', 'VERIFY'), [...on(server, 'START'), ...given]],
        after: [[...starts, ...(own.per === 'server' ? on(server, 'VERIFY') : [])], given],
      };
      const [earlier, later] = around[own.at];
      const tooEarly = earlier.filter(({ id }) => !isInOrder(draft, id, job.id));
      const tooLate = later.filter(({ id }) => !isInOrder(draft, job.id, id));
      return [...tooEarly, ...tooLate].map(({ id }) => `${job.id} (${own.at}): ${id}`);
    });
  });
});

it('runs the jobs of the policy on one server, between stops and starts, one after the other in its order', () => {
  forEveryDraft((draft) => {
    const { jobs, policy } = draft;
    const between = jobs.flatMap((job) => {
      const own = ownJobOf(policy, job);
      return own && own.at !== 'before' && own.at !== 'after'
        ? [{ job, own, position: policy.jobs?.indexOf(own) ?? -1 }]
        : [];
    });
    return between.flatMap((a) =>
      between
        .filter((b) => a.job.server === b.job.server && a.own.at === b.own.at && a.position < b.position)
        .filter((b) => !isInOrder(draft, a.job.id, b.job.id))
        .map((b) => [a.job.id, b.job.id]),
    );
  });
});

it('makes a job for every CI that one matches, and for no other', () => {
  forEveryDraft(({ jobs, policy, selection }) =>
    (policy.jobs ?? []).flatMap((own) => {
      const count = jobs.filter((job) => ownJobOf(policy, job) === own).length;
      const everywhere = own.per === 'server' ? selection.patched.size : selection.stopped.size;
      const isRight =
        own.match === undefined && own.per === 'server' ? count === everywhere : count <= everywhere;
      return isRight ? [] : [[own.name, count, everywhere]];
    }),
  );
});

it('lets no start wait for what is asked afterwards', () => {
  forEveryDraft((draft) => {
    const after = draft.jobs.filter((job) => ownJobOf(draft.policy, job)?.at === 'after');
    const starts = draft.jobs.filter(({ action }) => action === 'START');
    return after.flatMap((job) => starts.filter((start) => isInOrder(draft, job.id, start.id)));
  });
});
