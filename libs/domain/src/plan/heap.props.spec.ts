import fc from 'fast-check';
import { Heap } from './heap';

const keys = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 });

it('gives back what was put in, least key first, and equal keys in the order of the positions', () => {
  fc.assert(
    fc.property(keys, (given) => {
      const heap = new Heap(Float64Array.from(given));
      for (const position of shuffledPositions(given)) heap.push(position);
      const sorted = [...given.keys()].sort((a, b) => (given[a] ?? 0) - (given[b] ?? 0) || a - b);
      expect(given.map(() => heap.pop())).toEqual(sorted);
    }),
  );
});

it('keeps the order while things come and go', () => {
  fc.assert(
    fc.property(keys, fc.array(fc.boolean(), { maxLength: 120 }), (given, steps) => {
      const heap = new Heap(Float64Array.from(given));
      const inside: number[] = [];
      const coming = shuffledPositions(given);
      for (const isPut of steps) {
        const next = isPut ? coming.pop() : undefined;
        if (next === undefined) {
          inside.sort((a, b) => (given[a] ?? 0) - (given[b] ?? 0) || a - b);
          expect(heap.pop()).toBe(inside.shift() ?? -1);
        } else {
          heap.push(next);
          inside.push(next);
        }
        expect(heap.size).toBe(inside.length);
      }
    }),
  );
});

it('has no top when it is empty, also after it was emptied', () => {
  const heap = new Heap(Float64Array.of(1, 2));
  expect([heap.top(), heap.pop()]).toEqual([-1, -1]);
  heap.push(1);
  expect(heap.top()).toBe(1);
  heap.clear();

  expect([heap.top(), heap.size]).toEqual([-1, 0]);
});

/** Positions in an order that depends on the keys and is not theirs. */
function shuffledPositions(given: readonly number[]): number[] {
  return [...given.keys()].sort((a, b) => ((a * 7) % 11) - ((b * 7) % 11) || a - b);
}
