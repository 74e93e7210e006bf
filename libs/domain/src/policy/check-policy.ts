import type { Fault, Landscape, Policy } from '@patchtide/contracts';
import { checkFreezes } from '../plan/freezes';
import { checkLimitNames } from './check-limit-names';
import { checkOwnJobs } from './check-own-jobs';
import { checkPatch } from './check-patch';
import { checkProcedures } from './check-steps';
import { pointer } from './pointer';

/** Every contradiction inside a policy whose shape is right, as of the moment `at`. */
export function checkPolicy(policy: Policy, at: string): Fault[] {
  return [
    ...unknownTiers(policy),
    ...waveShares(policy),
    ...waveNames(policy),
    ...checkPatch(policy),
    ...checkProcedures(policy),
    ...checkOwnJobs(policy),
    ...brokenTwice(policy),
    ...checkFreezes(policy),
    ...expired(policy, at),
  ];
}

/** Every way in which a policy and a landscape do not fit together. */
export function checkPolicyAgainst(policy: Policy, landscape: Landscape): Fault[] {
  return [
    ...tiersWithoutPlace(policy, landscape),
    ...brokenForNothing(policy, landscape),
    ...checkLimitNames(policy, landscape),
  ];
}

function tiersWithoutPlace(policy: Policy, landscape: Landscape): Fault[] {
  const tiers = new Set(policy.tiers);
  return landscape.components.flatMap((component, i) =>
    tiers.has(component.tier)
      ? []
      : [
          {
            path: `/components/${i}/tier`,
            message: `component "${component.id}" is in tier "${component.tier}", which policy "${policy.name}" does not name`,
            remedy: `Use one of ${policy.tiers.join(', ')}, or add the tier to the policy.`,
          },
        ],
  );
}

/** Broken relations that are not there: mistyped, or no longer needed. */
function brokenForNothing({ breaks = [] }: Policy, landscape: Landscape): Fault[] {
  if (breaks.length === 0) return [];
  const edges = new Set(
    landscape.relations.filter(({ type }) => type === 'dependsOn').map(({ from, to }) => `${from} ${to}`),
  );
  return breaks.flatMap(({ from, to }, i) =>
    edges.has(`${from} ${to}`)
      ? []
      : [
          {
            path: `/breaks/${i}`,
            message: `the landscape has no relation by which "${from}" depends on "${to}"`,
            remedy: 'Correct the ids, or remove the entry: there is nothing to break.',
          },
        ],
  );
}

function brokenTwice({ breaks = [] }: Policy): Fault[] {
  const edges = breaks.map(({ from, to }) => `${from} ${to}`);
  return edges.flatMap((edge, i) =>
    edges.indexOf(edge) === i
      ? []
      : [
          {
            path: `/breaks/${i}`,
            message: `this relation is broken at /breaks/${edges.indexOf(edge)} already`,
            remedy: 'Remove one of the two.',
          },
        ],
  );
}

function unknownTiers(policy: Policy): Fault[] {
  const known = new Set(policy.tiers);
  const {
    limits = {},
    budgets = {},
    reactions = [],
    jobs = [],
    gates = [],
    freezes = [],
    exceptions = [],
  } = policy;
  const ofLimits = typeof limits.tier === 'object' ? Object.keys(limits.tier) : [];
  const matching = Object.entries({ jobs, gates, freezes, exceptions }).flatMap(([list, entries]) =>
    entries.map(({ match }, i) => [pointer(list, i, 'match', 'tier'), match?.tier] as const),
  );
  const named = [
    ...ofLimits.map((tier) => [pointer('limits', 'tier', tier), tier] as const),
    ...Object.keys(budgets.tier ?? {}).map((tier) => [pointer('budgets', 'tier', tier), tier] as const),
    ...reactions.map((r, i) => [`/reactions/${i}/tier`, r.tier] as const),
    ...matching,
  ];
  return named
    .filter(([, tier]) => tier !== undefined && !known.has(tier))
    .map(([path, tier]) => ({
      path,
      message: `"${tier}" is not a tier of this policy`,
      remedy: `Use one of ${policy.tiers.join(', ')}, or add it to /tiers.`,
    }));
}

function waveShares(policy: Policy): Fault[] {
  const total = (policy.waves ?? []).reduce((sum, wave) => sum + Number.parseInt(wave.share ?? '0', 10), 0);
  if (total <= 100) return [];
  return [
    {
      path: '/waves',
      message: `the waves' shares add up to ${total}%`,
      remedy: 'Lower them to 100% or less.',
    },
  ];
}

function waveNames(policy: Policy): Fault[] {
  const names = (policy.waves ?? []).map((wave) => wave.name);
  return names.flatMap((name, i) =>
    names.indexOf(name) === i
      ? []
      : [
          {
            path: `/waves/${i}/name`,
            message: `there is already a wave "${name}"`,
            remedy: 'Give each wave a name of its own.',
          },
        ],
  );
}

/** Exceptions and broken relations hold until the end of their last day. */
function expired({ exceptions = [], breaks = [] }: Policy, at: string): Fault[] {
  const today = at.slice(0, 10);
  const deviations = [
    ...exceptions.map((one, i) => ({ ...one, path: `/exceptions/${i}/until`, what: 'exception' })),
    ...breaks.map((one, i) => ({ ...one, path: `/breaks/${i}/until`, what: 'broken relation' })),
  ];
  return deviations
    .filter(({ until }) => until < today)
    .map(({ path, what, owner, reason, until }) => ({
      path,
      message: `the ${what} of ${owner} ended on ${until} ("${reason}")`,
      remedy: `Remove the ${what}, or have its owner prolong it.`,
    }));
}
