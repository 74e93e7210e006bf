import type { Component, Fault, KindProcedure, KindStep, Server, WorkStep } from '@patchtide/contracts';
import { durationMs } from '../duration';
import { own } from '../own';

type Phase = 'stop' | 'verifyStopped' | 'start' | 'verifyStarted' | 'patch';
/** Paths of faults are relative to the component. */
export type Rendered = { readonly steps: readonly WorkStep[]; readonly faults: readonly Fault[] };

const VERIFY_TIMEOUT_MS = 120_000;
const STEP_TIMEOUT_MS = 300_000;

/**
 * Turns phases of a kind's procedure into argument lists for one component. A list element that is exactly `{name}`
 * becomes that attribute's value as one argument; nothing is ever spliced into a text.
 */
export function renderSteps(
  procedure: KindProcedure,
  phases: readonly Phase[],
  component: Component,
  server: Server,
): Rendered {
  const parts = phases.flatMap((phase) => {
    const given = procedure[phase];
    const steps =
      given === undefined ? [] : Array.isArray(given) ? (given as KindStep[]) : [given as KindStep];
    return steps.map((step) => renderStep(step, phase, component, server));
  });
  return { steps: parts.flatMap((p) => p.steps), faults: parts.flatMap((p) => p.faults) };
}

function renderStep(step: KindStep, phase: Phase, component: Component, server: Server): Rendered {
  const isVerification = phase === 'verifyStopped' || phase === 'verifyStarted';
  const timeoutMs = durationMs(step.timeout, isVerification ? VERIFY_TIMEOUT_MS : STEP_TIMEOUT_MS);
  if ('unit' in step) return renderUnitStep(step.unit, timeoutMs, component);
  const mode = step.until === true || (isVerification && step.until !== false) ? 'until' : 'do';
  const faults: Fault[] = [];
  const argv = step.command.map((part) => {
    const value = argument(part, component, server);
    if (typeof value === 'string') return value;
    faults.push(value);
    return part;
  });
  return { steps: [{ mode, timeoutMs, argv }], faults };
}

function renderUnitStep(
  verb: 'stop' | 'start' | 'restart' | 'active' | 'inactive',
  timeoutMs: number,
  component: Component,
): Rendered {
  if (component.unit === undefined) return { steps: [], faults: [noUnit(component)] };
  if (verb === 'active' || verb === 'inactive') {
    return { steps: [{ mode: 'until', timeoutMs, argv: [`@unit-${verb}`, component.unit] }], faults: [] };
  }
  return { steps: [{ mode: 'do', timeoutMs, argv: ['systemctl', verb, '--', component.unit] }], faults: [] };
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
