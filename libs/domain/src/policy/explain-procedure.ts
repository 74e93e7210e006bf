import type { Component, KindPhases, KindProcedure, Policy, Server, WorkStep } from '@patchtide/contracts';
import { own } from '../own';
import { type CiSetting, DEFAULT, fromException, fromPolicy, type Origin, setting } from './ci-setting';
import { exceptionsOn, phasesOn, procedureFor } from './effective';
import { procedureOf } from './kinds/apply-kind';
import { SHIPPED_KINDS, shippedKindOf } from './kinds/index';
import { PHASES } from './kinds/shipped-kind';
import { familyOf } from './match';
import { patchMethod } from './patch-steps';
import { renderSteps } from './render-steps';

/** One place that says something about the procedure; a later one replaces the phases that it names. */
interface Layer {
  readonly origin: (phase: string) => Origin;
  readonly procedure: KindProcedure;
}

/** The phases of a component's procedure as hosts are told them, each with the layer that it comes from. */
export function phaseSettings(policy: Policy, component: Component, server: Server): CiSetting[] {
  const procedure = procedureFor(policy, component, server);
  const layers = layersOf(policy, component, server);
  const settings = patchMethod(policy, server);
  const target = { component, server, patch: 'reason' in settings ? undefined : settings };
  return PHASES.flatMap((phase) => {
    const layer = layers.findLast((one) => one.procedure[phase] !== undefined);
    if (!layer || procedure[phase] === undefined) return [];
    const { steps, faults } = renderSteps(procedure, [phase], target);
    const words = [...steps.map(stepWords), ...faults.map(({ message }) => `FAULT: ${message}`)].join(
      '; then ',
    );
    return [setting(phase, words, layer.origin(phase))];
  });
}

/** Whether it is stopped at all, and what stands for the parameters in its steps. */
export function parameterSettings(policy: Policy, component: Component, server: Server): CiSetting[] {
  const layers = layersOf(policy, component, server);
  const kept = layers.findLast(({ procedure }) => procedure.safeToKeep !== undefined);
  const isKept = kept?.procedure.safeToKeep === true;
  const { parameters = {} } = procedureFor(policy, component, server);
  const shipped = shippedKindOf(component)?.attributes ?? [];
  const known = new Map<string, string | number | boolean | undefined>([
    ...shipped.map(({ name, default: value }) => [name, value] as const),
    ...Object.entries(parameters).map(([name, { default: value }]) => [name, value] as const),
  ]);
  return [
    setting(
      'while its server is patched',
      isKept ? 'keeps running' : 'is stopped',
      kept?.origin('safeToKeep') ?? DEFAULT,
    ),
    ...[...known].flatMap(([name, value]) => parameter(name, value, component, layers)),
  ];
}

function parameter(
  name: string,
  fallback: string | number | boolean | undefined,
  component: Component,
  layers: readonly Layer[],
): CiSetting[] {
  const given = own(component.attributes, name);
  if (given !== undefined)
    return [setting(name, String(given), { from: 'attribute in the landscape', place: null })];
  if (fallback === undefined) return [];
  const layer = layers.findLast(({ procedure }) => own(procedure.parameters, name)?.default !== undefined);
  const origin = layer?.origin('parameters') ?? {
    from: `default of kind ${kindName(component)}`,
    place: null,
  };
  return [setting(name, String(fallback), origin)];
}

function layersOf(policy: Policy, component: Component, server: Server): Layer[] {
  const { kind } = component;
  const shipped = shippedKindOf(component);
  const ofPolicy = own(policy.kinds, kind);
  const exceptions = exceptionsOn(policy, server, [component]).flatMap((exception) => {
    const procedure = own(exception.set.kinds, kind);
    const at = (path: readonly string[]): Origin => fromException(policy, exception, 'kinds', kind, ...path);
    return procedure ? withSystems(procedure, server, at) : [];
  });
  return [
    ...(shipped
      ? [
          {
            procedure: procedureOf(shipped, component),
            origin: () => ({ from: `shipped kind ${kindName(component)}`, place: null }),
          },
        ]
      : []),
    ...(ofPolicy ? withSystems(ofPolicy, server, (path) => fromPolicy('kinds', kind, ...path)) : []),
    ...exceptions,
  ];
}

/** A procedure, and what it says for the operating system of the server. */
function withSystems(
  procedure: KindProcedure,
  server: Server,
  at: (path: readonly string[]) => Origin,
): Layer[] {
  const systems = [...new Set([familyOf(server.os), server.os])].filter(
    (name) => own(procedure.os, name) !== undefined,
  );
  const phases: KindPhases[] = phasesOn(server, procedure);
  return [
    { procedure, origin: (phase) => at([phase]) },
    ...phases.map((one, i) => ({
      procedure: one,
      origin: (phase: string) => at(['os', systems[i] ?? '', phase]),
    })),
  ];
}

/** A kind that nobody knows is treated as its unit. */
function kindName({ kind }: Component): string {
  return Object.hasOwn(SHIPPED_KINDS, kind) ? kind : 'systemd';
}

function stepWords({ argv, mode }: WorkStep): string {
  return mode === 'until' ? `${argv.join(' ')} (until it is so)` : argv.join(' ');
}
