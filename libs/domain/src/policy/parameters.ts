import type { Component, Fault, KindProcedure, Parameter } from '@patchtide/contracts';
import { own } from '../own';
import { pointer } from './pointer';

type Parameters = KindProcedure['parameters'];
type Value = string | number | boolean;

/** Names that stand for something else in a procedure already. */
export const BUILT_IN = ['id', 'name', 'unit', 'application', 'address'] as const;

/** Attributes of a component that are not what the parameters of its kind allow; paths are relative to the component. */
export function parameterFaults(component: Component, parameters: Parameters): Fault[] {
  return Object.entries(parameters ?? {}).flatMap(([name, parameter]) => {
    const value = own(component.attributes, name) ?? parameter.default;
    if (value !== undefined && isAllowed(parameter, value)) return [];
    const { id, kind } = component;
    const said =
      value === undefined
        ? `component "${id}" does not say the ${name} that kind "${kind}" needs`
        : `"${value}" cannot be the ${name} of component "${id}" of kind "${kind}"`;
    return [{ path: pointer('attributes', name), message: said, remedy: `Give ${wanted(parameter)}.` }];
  });
}

/** Parameters of a kind in the policy that contradict themselves; `path` leads to the kind. */
export function checkParameters(path: string, parameters: Parameters): Fault[] {
  return Object.entries(parameters ?? {}).flatMap(([name, parameter]) => {
    const place = `${path}${pointer('parameters', name)}`;
    return [...unusableName(place, name), ...contradictions(place, parameter)];
  });
}

function unusableName(place: string, name: string): Fault[] {
  const isBuiltIn = BUILT_IN.some((word) => word === name);
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !isBuiltIn) return [];
  const message = isBuiltIn
    ? `{${name}} already stands for something of every component`
    : `{${name}} could not be written in a step`;
  return [{ path: place, message, remedy: 'Use another name, of letters, digits and "_", a letter first.' }];
}

function contradictions(place: string, parameter: Parameter): Fault[] {
  const faults = [...wrongBounds(place, parameter), ...wrongValues(`${place}/values`, parameter)];
  const { default: fallback } = parameter;
  if (faults.length > 0 || fallback === undefined || isAllowed(parameter, fallback)) return faults;
  const message = `"${fallback}" is not what the parameter allows`;
  return [{ path: `${place}/default`, message, remedy: `Give ${wanted(parameter)}.` }];
}

function wrongBounds(place: string, { type, minimum, maximum }: Parameter): Fault[] {
  if (minimum === undefined && maximum === undefined) return [];
  if (type !== 'integer') {
    const message = `a ${type} has no minimum and no maximum`;
    return [{ path: place, message, remedy: 'Remove them, or make it an integer.' }];
  }
  if ((minimum ?? -Infinity) <= (maximum ?? Infinity)) return [];
  const message = `${minimum} is more than the maximum ${maximum}`;
  return [{ path: `${place}/minimum`, message, remedy: 'Lower it, or raise the maximum.' }];
}

function wrongValues(path: string, parameter: Parameter): Fault[] {
  const { type, values = [] } = parameter;
  if (values.length === 0) return [];
  if (type === 'boolean') {
    return [{ path, message: 'a boolean has its two values anyway', remedy: 'Remove the values.' }];
  }
  if (values.every((value) => hasType(parameter, value))) return [];
  const message = `not each of them is ${article(type)}`;
  return [{ path, message, remedy: `Give only values of the type ${type}.` }];
}

function isAllowed(parameter: Parameter, value: Value): boolean {
  const { type, values, minimum = -Infinity, maximum = Infinity } = parameter;
  if (!hasType(parameter, value)) return false;
  if (values !== undefined && !values.some((one) => String(one) === String(value))) return false;
  return type !== 'integer' || (Number(value) >= minimum && Number(value) <= maximum);
}

/** Exports of CMDBs have everything as text, so a text that reads as the type is of the type. */
function hasType({ type }: Parameter, value: Value): boolean {
  const text = String(value);
  if (type === 'integer') return typeof value !== 'boolean' && /^-?[0-9]{1,15}$/.test(text);
  if (type === 'boolean') return text === 'true' || text === 'false';
  return typeof value !== 'boolean' && text !== '';
}

function wanted({ type, values, minimum, maximum }: Parameter): string {
  if (values !== undefined) return `one of ${values.join(', ')}`;
  const from = minimum === undefined ? '' : ` from ${minimum}`;
  const to = maximum === undefined ? '' : ` up to ${maximum}`;
  return `${article(type)}${from}${to}`;
}

function article(type: Parameter['type']): string {
  if (type === 'integer') return 'a whole number';
  return type === 'boolean' ? 'true or false' : 'a text that is not empty';
}
