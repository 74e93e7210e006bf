import type { Exception, Fault, KindProcedure, KindStep, Landscape, Policy } from '@patchtide/contracts';
import { pointer } from './pointer';
import { checkPatch } from './check-patch';
import { placeholderOf } from './render-steps';

/** Every contradiction inside a policy whose shape is right, as of the moment `at`. */
export function checkPolicy(policy: Policy, at: string): Fault[] {
  return [
    ...unknownTiers(policy),
    ...waveShares(policy),
    ...waveNames(policy),
    ...checkPatch(policy),
    ...procedures(policy),
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
  const ofLimits = typeof limits.tier === 'object' ? Object.keys(limits.tier) : [];
  const named = [
    ...ofLimits.map((tier) => [pointer('limits', 'tier', tier), tier] as const),
    ...Object.keys(budgets.tier ?? {}).map((tier) => [pointer('budgets', 'tier', tier), tier] as const),
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

function procedures(policy: Policy): Fault[] {
  const places = [
    [pointer('kinds'), policy.kinds] as const,
    ...(policy.exceptions ?? []).map(
      (e, i) => [pointer('exceptions', i, 'set', 'kinds'), e.set.kinds] as const,
    ),
  ];
  return places.flatMap(([path, kinds]) =>
    Object.entries(kinds ?? {}).flatMap(([kind, procedure]) =>
      procedureFaults(`${path}${pointer(kind)}`, procedure),
    ),
  );
}

function procedureFaults(path: string, procedure: KindProcedure): Fault[] {
  return Object.entries(procedure).flatMap(([phase, given]: [string, KindProcedure[keyof KindProcedure]]) => {
    const steps = typeof given === 'object' ? [given].flat() : [];
    return steps.flatMap((step, i) => {
      const place = `${path}/${Array.isArray(given) ? `${phase}/${i}` : phase}`;
      return [...programFromData(place, step), ...packagesElsewhere(place, phase, step)];
    });
  });
}

/** Arguments may come from the CMDB; what is run may not. */
function programFromData(path: string, step: KindStep): Fault[] {
  const program = 'command' in step ? (step.command[0] ?? '') : '';
  if (placeholderOf(program) === null) return [];
  return [
    {
      path: `${path}/command/0`,
      message: `${program} would let the CMDB decide which program is run`,
      remedy: 'Write the program into the policy; placeholders may only stand for its arguments.',
    },
  ];
}

/** In any other phase the component, or what stands beside it on the server, may be running. */
function packagesElsewhere(path: string, phase: string, step: KindStep): Fault[] {
  if (!('packages' in step) || phase === 'patch') return [];
  return [
    {
      path: `${path}/packages`,
      message: `packages cannot be updated in the phase ${phase}`,
      remedy: 'Move the step to the phase patch.',
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
