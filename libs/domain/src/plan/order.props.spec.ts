import fc from 'fast-check';
import { isInOrder } from '../testing/plans';
import {
  type Drafted,
  hostsOf,
  isKept,
  needsIn,
  ownJobOf,
  partsOf,
  randomDraft,
} from '../testing/random-drafts';

/** More estates: PATCHTIDE_PROPERTY_RUNS=5000 npx jest … order.props */
const numRuns = Number(process.env['PATCHTIDE_PROPERTY_RUNS'] ?? 100);
jest.setTimeout(60_000 + numRuns * 500);

/** Holds `violations` against the drafts of random estates; the time it takes is bounded. */
function forEveryDraft(violations: (draft: Drafted) => unknown[]): void {
  const property = fc.property(fc.gen(), (g) => {
    expect(violations(randomDraft((max) => g(fc.nat, max)))).toEqual([]);
  });
  fc.assert(property, { numRuns, interruptAfterTimeLimit: 30_000 });
}

it('finds no other fault in random estates than clusters that cannot be taken member by member', () => {
  forEveryDraft(({ faults }) => [...faults]);
});

it('makes an order without circles, in which every dependency is a job', () => {
  forEveryDraft((draft) => {
    const ids = new Set(draft.jobs.map((job) => job.id));
    const dangling = draft.jobs.flatMap((job) => job.dependsOn.filter((id) => !ids.has(id)));
    const circular = draft.jobs.filter((job) => isInOrder(draft, job.id, job.id));
    const doubled = draft.jobs.length - ids.size;
    return [...dangling, ...circular, ...Array<string>(doubled).fill('doubled')];
  });
});

it('stops whoever depends before what it depends on, and starts them the other way round', () => {
  forEveryDraft((draft) => {
    const [stops, starts] = [partsOf(draft, 'STOP'), partsOf(draft, 'START')];
    const pairs = needsIn(draft).flatMap(({ from, to }) => [
      ...(stops.get(from) ?? []).flatMap((a) => (stops.get(to) ?? []).map((b) => [a.id, b.id] as const)),
      ...(starts.get(to) ?? []).flatMap((a) => (starts.get(from) ?? []).map((b) => [a.id, b.id] as const)),
    ]);
    return pairs.filter(([earlier, later]) => !isInOrder(draft, earlier, later));
  });
});

it('gives back exactly what it takes: one start for each stop, one release for each hold, one unmute for each mute', () => {
  forEveryDraft((draft) => {
    const pairs = { STOP: 'START', HOLD: 'RELEASE', MUTE: 'UNMUTE' } as const;
    const ids = new Set(draft.jobs.map(({ id }) => id));
    return Object.entries(pairs).flatMap(([taking, giving]) => {
      const idOf = (action: string, job: { readonly id: string }) =>
        `${action.toLowerCase()}${job.id.slice(job.id.indexOf('-'))}`;
      const taken = draft.jobs.filter((job) => job.action === taking);
      const given = draft.jobs.filter((job) => job.action === giving);
      const alone = given.filter((job) => !ids.has(idOf(taking, job)));
      return [...alone, ...taken.filter((job) => !isInOrder(draft, job.id, idOf(giving, job)))];
    });
  });
});

it('stops and starts a component on every server that it runs on', () => {
  forEveryDraft((draft) => {
    const starts = partsOf(draft, 'START');
    const serversOf = (jobs: readonly { readonly server: string }[] = []) =>
      jobs
        .map(({ server }) => server)
        .sort()
        .join();
    return [...partsOf(draft, 'STOP')].filter(([component, stops]) => {
      const hosts = [...hostsOf(draft, component)].sort().join();
      return serversOf(stops) !== hosts || serversOf(starts.get(component)) !== hosts;
    });
  });
});

it('stops, unless the policy only warns, everything that depends on what it stops, in scope or not', () => {
  forEveryDraft((draft) => {
    if (draft.policy.outsideDependents === 'warn') return [];
    const stops = partsOf(draft, 'STOP');
    return draft.landscape.relations.filter(
      ({ type, from, to }) =>
        type === 'dependsOn' && stops.has(to) && !stops.has(from) && !isKept(draft, from),
    );
  });
});

it('patches and reboots a server only between the stop and the start of every component on it', () => {
  forEveryDraft((draft) => {
    const work = draft.jobs.filter((job) => ['PATCH', 'REBOOT', 'VERIFY'].includes(job.action));
    const stops = partsOf(draft, 'STOP');
    return draft.landscape.components
      .filter(({ id }) => !isKept(draft, id))
      .flatMap(({ id }) => {
        const hosts = hostsOf(draft, id);
        const here = work.filter((job) => hosts.has(job.server));
        const unstopped = here.length > 0 && !stops.has(id) ? [id] : [];
        const wrong = here.flatMap((job) =>
          (stops.get(id) ?? [])
            .filter((stop) => !isInOrder(draft, stop.id, job.id, stop.id.replace(/^stop/, 'start')))
            .map((stop) => [stop.id, job.id]),
        );
        return [...unstopped, ...wrong];
      });
  });
});

it('encloses everything on a server but its checks between its mute and unmute, and all host work between its holds and releases', () => {
  forEveryDraft((draft) => {
    const mutes = partsOf(draft, 'MUTE');
    const holds = draft.jobs.filter(({ action }) => action === 'HOLD');
    const afterChecks = draft.jobs.filter((job) => ownJobOf(draft.policy, job)?.at !== 'before');
    return afterChecks.flatMap((job) => {
      const { server, action } = job;
      const isMute = action === 'MUTE' || action === 'UNMUTE';
      const muted =
        isMute || !mutes.has(server) || isInOrder(draft, `mute-${server}`, job.id, `unmute-${server}`);
      const around = job.executor === 'suppression' ? [] : holds.filter((hold) => hold.server === server);
      const unheld = around.filter((hold) => !isInOrder(draft, hold.id, job.id, `release-${hold.ci}`));
      return [...(muted ? [] : [job.id]), ...unheld.map((hold) => [hold.id, job.id])];
    });
  });
});

it('orders the tiers of an application for components whose relations say nothing', () => {
  forEveryDraft((draft) => {
    if (draft.notes.some((note) => note.includes('order gives way'))) return [];
    const spoken = new Set(needsIn(draft).flatMap(({ from, to }) => [from, to]));
    const stops = draft.jobs.filter(({ action }) => action === 'STOP');
    const rank = ({ tier }: { tier: string | null }) => draft.policy.tiers.indexOf(tier ?? '');
    return stops.flatMap((a) =>
      stops
        .filter((b) => a.application === b.application && rank(a) < rank(b))
        .filter((b) => !(spoken.has(a.ci) && spoken.has(b.ci)) && !isInOrder(draft, a.id, b.id))
        .map((b) => [a.id, b.id]),
    );
  });
});

it('takes the primary of a cluster down last, unless relations want it otherwise', () => {
  forEveryDraft((draft) => {
    if (draft.notes.some((note) => note.includes('order gives way'))) return [];
    const members = draft.jobs.filter(({ action, cluster }) => action === 'STOP' && cluster !== null);
    const isPrimary = (id: string) =>
      draft.landscape.components.find((c) => c.id === id)?.attributes?.['role'] === 'primary';
    return members.flatMap((primary) =>
      members
        .filter((other) => isPrimary(primary.ci) && !isPrimary(other.ci))
        .filter((other) => other.cluster === primary.cluster && !isInOrder(draft, other.id, primary.id))
        .map((other) => [other.ci, primary.ci]),
    );
  });
});

it('takes the members of a cluster so that never more are down than may be, whatever their durations', () => {
  forEveryDraft((draft) => {
    const starts = partsOf(draft, 'START');
    const isUpBefore = (a: string, b: string) => isInOrder(draft, starts.get(a)?.[0]?.id ?? '', `stop-${b}`);
    return Object.entries(draft.limits.cluster).filter(([cluster, limit]) => {
      const stops = draft.jobs.filter((job) => job.action === 'STOP' && job.cluster === cluster);
      const mayMeet = (a: string, b: string) => !isUpBefore(a, b) && !isUpBefore(b, a);
      return hasSetOf(
        limit + 1,
        stops.map(({ ci }) => ci),
        mayMeet,
      );
    });
  });
});

/** Whether there are so many items of which each fits each other. */
function hasSetOf(size: number, items: readonly string[], fits: (a: string, b: string) => boolean): boolean {
  if (size === 0) return true;
  return items.some((item, i) => {
    const rest = items.slice(i + 1).filter((other) => fits(item, other));
    return rest.length >= size - 1 && hasSetOf(size - 1, rest, fits);
  });
}

it('keeps more than half of a cluster up where the policy asks for a quorum', () => {
  forEveryDraft(({ landscape, policy, limits }) => {
    if (policy.clusters?.['default'] !== 'quorum') return [];
    return Object.entries(limits.cluster).filter(([name, limit]) => {
      const members = landscape.components.filter(({ cluster }) => cluster === name).length;
      return members - limit <= members / 2;
    });
  });
});

it('gives the gates of the policy to every stop of an application that it waits with', () => {
  forEveryDraft((draft) => {
    const gates = (draft.policy.gates ?? []).filter(({ match }) => match === undefined);
    const stops = draft.jobs.filter(({ action }) => action === 'STOP');
    return stops.filter((job) => gates.some(({ name }) => !job.gates.includes(name)));
  });
});
