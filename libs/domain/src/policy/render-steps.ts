import type { Component, Fault, KindProcedure, KindStep, Server, WorkStep } from '@patchtide/contracts';
import { durationMs } from '../duration';
import { own } from '../own';
import type { HostPatchSettings } from './patch-settings';
import { packagesStep } from './patch-steps';

type Phase = 'stop' | 'verifyStopped' | 'start' | 'verifyStarted' | 'patch' | 'probe';
/** What the steps are for. Without `patch`, packages on this server cannot be updated. */
export interface StepsFor {
  readonly component: Component;
  readonly server: Server;
  readonly patch?: HostPatchSettings | undefined;
}
/** Paths of faults are relative to the component. */
export type Rendered = { readonly steps: readonly WorkStep[]; readonly faults: readonly Fault[] };

const VERIFY_TIMEOUT_MS = 120_000;
const STEP_TIMEOUT_MS = 300_000;
const PACKAGES_TIMEOUT_MS = 1_800_000;

/**
 * Turns phases of a kind's procedure into argument lists for one component. A list element that is exactly `{name}`
 * becomes that attribute's value as one argument; nothing is ever spliced into a text.
 */
export function renderSteps(procedure: KindProcedure, phases: readonly Phase[], target: StepsFor): Rendered {
  const parts = phases.flatMap((phase) => {
    const given = procedure[phase];
    const steps =
      given === undefined ? [] : Array.isArray(given) ? (given as KindStep[]) : [given as KindStep];
    return steps.map((step) => renderStep(step, phase, target));
  });
  return { steps: parts.flatMap((p) => p.steps), faults: parts.flatMap((p) => p.faults) };
}

function renderStep(step: KindStep, phase: Phase, target: StepsFor): Rendered {
  const isVerification = phase === 'verifyStopped' || phase === 'verifyStarted';
  if ('packages' in step) return renderPackages(step, target);
  const timeoutMs = durationMs(step.timeout, isVerification ? VERIFY_TIMEOUT_MS : STEP_TIMEOUT_MS);
  if ('unit' in step) return renderUnitStep(step.unit, timeoutMs, target.component);
  const mode = step.until === true || (isVerification && step.until !== false) ? 'until' : 'do';
  const { values, faults } = replaced(step.command, target);
  return { steps: [{ mode, timeoutMs, argv: values }], faults };
}

type PackagesStep = Extract<KindStep, { packages: readonly string[] }>;

function renderPackages({ packages, timeout }: PackagesStep, target: StepsFor): Rendered {
  const { component, server, patch } = target;
  const { values, faults } = replaced(packages, target);
  const bad = faults.length > 0 ? [] : values.filter((name) => !PACKAGE.test(name));
  const unfit = bad.map((name) => ({
    path: '/attributes',
    message: `component "${component.id}" would have "${name}" updated, which is not the name of a package`,
    remedy: 'Correct the attribute that the policy takes the name from.',
  }));
  if (patch === undefined) return { steps: [], faults: [noMethod(component, server), ...faults, ...unfit] };
  const step = packagesStep(patch, values, durationMs(timeout, PACKAGES_TIMEOUT_MS));
  return { steps: [step], faults: [...faults, ...unfit] };
}

/** Nothing that a package manager could take for an option, a pattern, or (a dash at the end) an order to remove it. */
const PACKAGE = /^[A-Za-z0-9]([A-Za-z0-9+._~:-]*[A-Za-z0-9+._~:])?$/;

function noMethod({ id }: Component, { id: server }: Server): Fault {
  return {
    path: '',
    message: `the packages of component "${id}" cannot be updated, because its server "${server}" has no patch method`,
    remedy: 'Give the operating system of the server a method in /patch, or the kind commands of its own.',
  };
}

/** The parts with attributes' values in place of `{name}`, and what is wrong with those. */
function replaced(
  parts: readonly string[],
  { component, server }: StepsFor,
): { values: string[]; faults: Fault[] } {
  const faults: Fault[] = [];
  const values = parts.map((part) => {
    const value = argument(part, component, server);
    if (typeof value === 'string') return value;
    faults.push(value);
    return part;
  });
  return { values, faults };
}

function renderUnitStep(
  verb: 'stop' | 'start' | 'restart' | 'active' | 'inactive',
  timeoutMs: number,
  component: Component,
): Rendered {
  if (component.unit === undefined) return { steps: [], faults: [noUnit(component)] };
  const isQuestion = verb === 'active' || verb === 'inactive';
  const argv =
    verb === 'restart' ? ['systemctl', 'restart', '--', component.unit] : [`@unit-${verb}`, component.unit];
  return { steps: [{ mode: isQuestion ? 'until' : 'do', timeoutMs, argv }], faults: [] };
}

/** The name in an argument that is exactly `{name}`; null for every other argument. */
export function placeholderOf(part: string): string | null {
  return /^\{([A-Za-z][A-Za-z0-9_]*)\}$/.exec(part)?.[1] ?? null;
}

function argument(part: string, component: Component, server: Server): string | Fault {
  const name = placeholderOf(part);
  if (name === null) return part;
  const { id, name: ciName, unit, application } = component;
  const builtin = { id, name: ciName, unit, application, address: server.address };
  const isBuiltin = Object.hasOwn(builtin, name);
  const value = own<string | number | boolean | undefined>(isBuiltin ? builtin : component.attributes, name);
  const path = isBuiltin ? `/${name}` : `/attributes/${name}`;
  if (value === undefined) {
    return {
      path,
      message: `component "${id}" has no value for ${part}, which kind "${component.kind}" needs`,
      remedy: isBuiltin
        ? `Add the ${name} to the component.`
        : `Add the attribute "${name}" to the component.`,
    };
  }
  if (String(value).startsWith('-')) {
    return {
      path,
      message: `the value of ${part} at component "${id}" would be read as an option`,
      remedy: 'Give it a value that does not start with a dash.',
    };
  }
  return String(value);
}

function noUnit(component: Component): Fault {
  return {
    path: '/unit',
    message: `component "${component.id}" has no unit, but the procedure of kind "${component.kind}" needs one`,
    remedy: 'Add the systemd unit to the component, or give the kind commands of its own in the policy.',
  };
}
