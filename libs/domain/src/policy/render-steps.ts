import type { Component, Fault, KindPhases, KindStep, Server, WorkStep } from '@patchtide/contracts';
import { durationMs } from '../duration';
import { own } from '../own';
import type { HostPatchSettings } from './patch-settings';
import { packagesStep } from './patch-steps';

type Phase = 'stop' | 'verifyStopped' | 'start' | 'verifyStarted' | 'patch' | 'probe';
/** What the steps are for: a component, or (null) the server as a whole. Without `patch`, its packages cannot be updated. */
export interface StepsFor {
  readonly component: Component | null;
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
export function renderSteps(procedure: KindPhases, phases: readonly Phase[], target: StepsFor): Rendered {
  return joined(
    phases.map((phase) => {
      const steps = [procedure[phase] ?? []].flat();
      return renderList(steps, target, phase === 'verifyStopped' || phase === 'verifyStarted');
    }),
  );
}

/** Turns steps into argument lists; a verification is repeated until it holds, unless its step says otherwise. */
export function renderList(steps: readonly KindStep[], target: StepsFor, isVerification = false): Rendered {
  return joined(steps.map((step) => renderStep(step, isVerification, target)));
}

function joined(parts: readonly Rendered[]): Rendered {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  return { steps: parts.flatMap((p) => p.steps), faults: parts.flatMap((p) => p.faults) };
}

function renderStep(step: KindStep, isVerification: boolean, target: StepsFor): Rendered {
  if ('packages' in step) return renderPackages(step, target);
  const timeoutMs = durationMs(step.timeout, isVerification ? VERIFY_TIMEOUT_MS : STEP_TIMEOUT_MS);
  if ('unit' in step) return renderUnitStep(step.unit, timeoutMs, target.component);
  const mode = step.until === true || (isVerification && step.until !== false) ? 'until' : 'do';
  const { values, faults } = replaced(step.command, target);
  return { steps: [{ mode, timeoutMs, argv: values }], faults };
}

type PackagesStep = Extract<KindStep, { packages: readonly string[] }>;

function renderPackages({ packages, timeout }: PackagesStep, target: StepsFor): Rendered {
  const { patch } = target;
  const { values, faults } = replaced(packages, target);
  const bad = faults.length > 0 ? [] : values.filter((name) => !PACKAGE.test(name));
  const unfit = bad.map((name) => ({
    path: '/attributes',
    message: `${called(target)} would have "${name}" updated, which is not the name of a package`,
    remedy: 'Correct the attribute that the policy takes the name from.',
  }));
  if (patch === undefined) return { steps: [], faults: [noMethod(target), ...faults, ...unfit] };
  const step = packagesStep(patch, values, durationMs(timeout, PACKAGES_TIMEOUT_MS));
  return { steps: [step], faults: [...faults, ...unfit] };
}

function called({ component, server }: StepsFor): string {
  return component ? `component "${component.id}"` : `server "${server.id}"`;
}

/** Nothing that a package manager could take for an option, a pattern, or (a dash at the end) an order to remove it. */
const PACKAGE = /^[A-Za-z0-9]([A-Za-z0-9+._~:-]*[A-Za-z0-9+._~:])?$/;

function noMethod(target: StepsFor): Fault {
  return {
    path: '',
    message: `the packages of ${called(target)} cannot be updated, because server "${target.server.id}" has no patch method`,
    remedy: 'Give the operating system of the server a method in /patch, or the kind commands of its own.',
  };
}

/** The parts with attributes' values in place of `{name}`, and what is wrong with those. */
function replaced(parts: readonly string[], target: StepsFor): { values: string[]; faults: Fault[] } {
  const faults: Fault[] = [];
  const values = parts.map((part) => {
    const value = argument(part, target);
    if (typeof value === 'string') return value;
    faults.push(value);
    return part;
  });
  return { values, faults };
}

function renderUnitStep(
  verb: 'stop' | 'start' | 'restart' | 'active' | 'inactive',
  timeoutMs: number,
  component: Component | null,
): Rendered {
  // A server has no unit of its own; the policy's checks say so.
  if (component === null) return { steps: [], faults: [] };
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

function argument(part: string, target: StepsFor): string | Fault {
  const name = placeholderOf(part);
  if (name === null) return part;
  const { component, server } = target;
  const { id, name: ciName } = component ?? server;
  const builtin = { id, name: ciName, address: server.address, ...unitAndApplication(component) };
  const isBuiltin = Object.hasOwn(builtin, name);
  const value = own<string | number | boolean | undefined>(isBuiltin ? builtin : component?.attributes, name);
  const path = isBuiltin ? `/${name}` : `/attributes/${name}`;
  if (value === undefined) {
    return {
      path,
      message: `${called(target)} has no value for ${part}, which ${neededBy(component)} needs`,
      remedy: isBuiltin
        ? `Add the ${name} to the component.`
        : `Add the attribute "${name}" to the component.`,
    };
  }
  if (String(value).startsWith('-')) {
    return {
      path,
      message: `the value of ${part} at ${called(target)} would be read as an option`,
      remedy: 'Give it a value that does not start with a dash.',
    };
  }
  return String(value);
}

function unitAndApplication(component: Component | null) {
  return component && { unit: component.unit, application: component.application };
}

function neededBy(component: Component | null): string {
  return component ? `kind "${component.kind}"` : 'a job for it';
}

function noUnit(component: Component): Fault {
  return {
    path: '/unit',
    message: `component "${component.id}" has no unit, but the procedure of kind "${component.kind}" needs one`,
    remedy: 'Add the systemd unit to the component, or give the kind commands of its own in the policy.',
  };
}
