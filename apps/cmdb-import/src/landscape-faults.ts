import { checkShape, type Fault, hasForm, type Landscape } from '@patchtide/contracts';
import { checkEntries, checkLandscape, completeLandscape } from '@patchtide/domain';

/**
 * Everything that is wrong with a landscape: its shape, and where that can be told its sense. Places are the writer's. A
 * landscape with nothing but cycles is imported: a policy may break them, and the planner knows which.
 */
export function landscapeFaults(value: unknown): Fault[] {
  const shape = checkShape('landscape', value);
  if (!hasForm('landscape', value)) return shape;
  const landscape = completeLandscape(value as Partial<Landscape>);
  const isUsable = shape.length === 0 && checkEntries(landscape).length === 0;
  return isUsable ? [] : [...shape, ...checkLandscape(landscape)];
}
