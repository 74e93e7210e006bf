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

/** A procedure in which defaults stand for the attributes that the component does not have. */
export function withDefaults(procedure: KindProcedure, defaults: ReadonlyMap<string, string>): KindProcedure {
  if (defaults.size === 0) return procedure;
  const phases = PHASES.flatMap((phase) => {
    const given = procedure[phase];
    return given === undefined
      ? []
      : [[phase, [given].flat().map((step) => filled(step, defaults))] as const];
  });
  return { ...procedure, ...Object.fromEntries(phases) };
}

type Parameters = KindProcedure['parameters'];

/** What stands for the attributes that the component does not have; the policy's defaults before those of the kind. */
export function defaultsFor(
  kind: ShippedKind | undefined,
  parameters: Parameters,
  component: Component,
): ReadonlyMap<string, string> {
  const unit =
    component.unit === undefined && typeof kind?.unit === 'object'
      ? [['unit', kind.unit.default] as const]
      : [];
  const given = [
    ...(kind?.attributes ?? []).map(({ name, default: value }) => [name, value] as const),
    ...Object.entries(parameters ?? {}).map(([name, { default: value }]) => [name, value] as const),
  ];
  const defaults = given.flatMap(([name, value]) =>
    value === undefined || own(component.attributes, name) !== undefined
      ? []
      : [[name, String(value)] as const],
  );
  return new Map([...unit, ...defaults]);
}

/** A default may name another attribute, which may have a default itself; never deeper. */
export function filled(step: KindStep, defaults: ReadonlyMap<string, string>): KindStep {
  if (defaults.size === 0 || 'unit' in step) return step;
  const once = (part: string): string => defaults.get(placeholderOf(part) ?? '') ?? part;
  const all = (parts: readonly string[]): string[] => parts.map((part) => once(once(part)));
  return 'command' in step
    ? { ...step, command: all(step.command) }
    : { ...step, packages: all(step.packages) };
}
