import { checkShape, type Fault, hasForm, type Landscape } from '@patchtide/contracts';
import { checkLandscape, completeLandscape } from '@patchtide/domain';

/** Everything that is wrong with a landscape: its shape, and where that can be told its sense. Places are the writer's. */
export function landscapeFaults(value: unknown): Fault[] {
  const sense = hasForm('landscape', value)
    ? checkLandscape(completeLandscape(value as Partial<Landscape>))
    : [];
  return [...checkShape('landscape', value), ...sense];
}
