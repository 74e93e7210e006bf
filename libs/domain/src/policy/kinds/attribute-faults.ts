import type { Component, Fault } from '@patchtide/contracts';
import { own } from '../../own';
import { shippedKindOf } from './index';
import type { KindAttribute } from './shipped-kind';

/**
 * What is wrong with the attributes that a component's kind knows, whether or not a step uses them; paths are relative to
 * the component. Attributes that the kind does not know belong to the CMDB and are left alone.
 */
export function attributeFaults(component: Component): Fault[] {
  const attributes = shippedKindOf(component)?.attributes ?? [];
  return attributes.flatMap((attribute) => {
    const value = own(component.attributes, attribute.name);
    const wanted = value === undefined ? null : whatIsWanted(attribute, value);
    if (wanted === null) return [];
    return [
      {
        path: `/attributes/${attribute.name}`,
        message: `"${value}" cannot be the ${attribute.name} of component "${component.id}" of kind "${component.kind}"`,
        remedy: `Give ${wanted}. ${attribute.means}`,
      },
    ];
  });
}

/** What would fit instead of a value; null when the value fits. */
function whatIsWanted(attribute: KindAttribute, value: string | number | boolean): string | null {
  const { type, oneOf, maximum } = attribute;
  if (oneOf !== undefined) return oneOf.includes(String(value)) ? null : `one of ${oneOf.join(', ')}`;
  if (type === 'text') return String(value) === '' ? 'a text that is not empty' : null;
  const isNumber = /^[0-9]{1,9}$/.test(String(value)) && Number(value) <= (maximum ?? Infinity);
  return isNumber ? null : `a whole number${maximum === undefined ? '' : ` up to ${maximum}`}`;
}
