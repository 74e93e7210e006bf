import type { Component, KindProcedure, KindStep } from '@patchtide/contracts';
import { own } from '../../own';
import { placeholderOf } from '../render-steps';
import { PHASES, type ShippedKind, type ShippedStep } from './shipped-kind';

/** The kind's procedure for one component: without the steps that need what the component does not have. */
export function procedureOf(kind: ShippedKind, component: Component): KindProcedure {
  const phases = PHASES.map((phase) => {
    const steps = (kind.phases[phase] ?? []).filter(
      ({ when }) => when === undefined || own(component.attributes, when) !== undefined,
    );
    return [phase, steps.map(withoutCondition)] as const;
  });
  return Object.fromEntries(phases.filter(([, steps]) => steps.length > 0));
}

function withoutCondition({ when: _, ...step }: ShippedStep): KindStep {
  return step;
}

/** A procedure in which the kind's defaults stand for the attributes that the component does not have. */
export function withDefaults(
  procedure: KindProcedure,
  kind: ShippedKind,
  component: Component,
): KindProcedure {
  const defaults = defaultsFor(kind, component);
  const phases = PHASES.flatMap((phase) => {
    const given = procedure[phase];
    if (given === undefined) return [];
    const steps = Array.isArray(given) ? (given as readonly KindStep[]) : [given as KindStep];
    return [[phase, steps.map((step) => fill(step, defaults))] as const];
  });
  return { ...procedure, ...Object.fromEntries(phases) };
}

function defaultsFor(kind: ShippedKind, component: Component): ReadonlyMap<string, string> {
  const defaults = kind.attributes.flatMap(({ name, default: value }) =>
    value === undefined || own(component.attributes, name) !== undefined
      ? []
      : [[name, String(value)] as const],
  );
  const unit =
    component.unit === undefined && typeof kind.unit === 'object'
      ? [['unit', kind.unit.default] as const]
      : [];
  return new Map([...defaults, ...unit]);
}

/** A default may name another attribute, which may have a default itself; never deeper. */
function fill(step: KindStep, defaults: ReadonlyMap<string, string>): KindStep {
  if (!('command' in step)) return step;
  const once = (part: string) => defaults.get(placeholderOf(part) ?? '') ?? part;
  return { ...step, command: step.command.map((part) => once(once(part))) };
}
