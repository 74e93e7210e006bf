import type { Exception, Fault, Landscape, Policy } from '@patchtide/contracts';

/** Every contradiction inside a policy whose shape is right, as of the moment `at`. */
export function checkPolicy(policy: Policy, at: string): Fault[] {
  return [
    ...unknownTiers(policy),
    ...waveShares(policy),
    ...(policy.exceptions ?? []).flatMap((e, i) => expired(e, i, at)),
  ];
}

/** Every way in which a policy and a landscape do not fit together. */
export function checkPolicyAgainst(policy: Policy, landscape: Landscape): Fault[] {
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

function unknownTiers(policy: Policy): Fault[] {
  const known = new Set(policy.tiers);
  const { limits = {}, budgets = {}, reactions = [] } = policy;
  const named = [
    ...(typeof limits.tier === 'object'
      ? Object.keys(limits.tier).map((t) => [`/limits/tier/${t}`, t] as const)
      : []),
    ...Object.keys(budgets.tier ?? {}).map((t) => [`/budgets/tier/${t}`, t] as const),
    ...reactions.flatMap((r, i) => (r.tier === undefined ? [] : [[`/reactions/${i}/tier`, r.tier] as const])),
  ];
  return named
    .filter(([, tier]) => !known.has(tier))
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

function expired(exception: Exception, position: number, at: string): Fault[] {
  if (exception.until >= at.slice(0, 10)) return [];
  return [
    {
      path: `/exceptions/${position}/until`,
      message: `the exception of ${exception.owner} ended on ${exception.until} ("${exception.reason}")`,
      remedy: 'Remove the exception, or have its owner prolong it.',
    },
  ];
}
