import type { Fault, KindPhases, KindProcedure, KindStep, Policy } from '@patchtide/contracts';
import { checkParameters } from './parameters';
import { pointer } from './pointer';
import { placeholderOf } from './render-steps';

/** Contradictions in the kinds of a policy and of its exceptions. */
export function checkProcedures(policy: Policy): Fault[] {
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

function procedureFaults(
  path: string,
  { parameters, os = {}, safeToKeep: _, ...phases }: KindProcedure,
): Fault[] {
  return [
    ...checkParameters(path, parameters),
    ...phaseFaults(path, phases),
    ...Object.entries(os).flatMap(([family, own]) => phaseFaults(`${path}${pointer('os', family)}`, own)),
  ];
}

function phaseFaults(path: string, phases: KindPhases): Fault[] {
  return Object.entries(phases).flatMap(([phase, given]: [string, KindPhases[keyof KindPhases]]) => {
    const steps = given === undefined ? [] : [given].flat();
    return steps.flatMap((step, i) => {
      const place = `${path}/${Array.isArray(given) ? `${phase}/${i}` : phase}`;
      return [...programFromData(place, step), ...packagesElsewhere(place, phase, step)];
    });
  });
}

/** Arguments may come from the CMDB; what is run may not. */
export function programFromData(path: string, step: KindStep): Fault[] {
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
