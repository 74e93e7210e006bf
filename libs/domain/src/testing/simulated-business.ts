import { chance, type Draw } from './random';

/** What the business says of a condition, so long after the window has opened. */
export interface Saying {
  readonly afterMinutes: number;
  readonly condition: string;
  readonly met: boolean;
  /** Minutes after the opening until which it holds; null: until it is withdrawn. */
  readonly untilMinutes: number | null;
}

/** What is said in the course of a night: in time, late, never, for a while only, taken back, and said again. */
export function sayings(draw: Draw, conditions: readonly string[], windowMinutes: number): Saying[] {
  return conditions.flatMap((condition) => {
    if (chance(draw, 20)) return [];
    const first = chance(draw, 50) ? 0 : draw(windowMinutes + 30);
    const untilMinutes = chance(draw, 25) ? first + 1 + draw(windowMinutes) : null;
    const said: Saying[] = [{ afterMinutes: first, condition, met: true, untilMinutes }];
    if (chance(draw, 70)) return said;
    const back = first + draw(windowMinutes);
    said.push({ afterMinutes: back, condition, met: false, untilMinutes: null });
    if (chance(draw, 50))
      said.push({ afterMinutes: back + draw(60), condition, met: true, untilMinutes: null });
    return said;
  });
}
