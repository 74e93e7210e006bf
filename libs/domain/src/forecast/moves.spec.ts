import { type AtStake, type Placement, whereToMove } from './moves';

const group = (name: string, more: Partial<AtStake> = {}): AtStake => ({
  ...{
    group: name,
    applications: [name],
    servers: 1,
    criticality: 'medium',
    window: 0,
    openTo: [0],
    isTooLong: false,
  },
  ...more,
});

/** Every server takes an hour of a window's room. */
function moved(groups: readonly AtStake[], room: readonly number[], maxTries = 100) {
  const wouldFit = (elsewhere: Placement): boolean => {
    const taken = room.map(() => 0);
    for (const { group: name, window, servers } of groups) {
      const at = elsewhere.has(name) ? (elsewhere.get(name) ?? null) : window;
      if (at !== null) taken[at] = (taken[at] ?? 0) + servers;
    }
    return taken.every((hours, window) => hours <= (room[window] ?? 0));
  };
  const moves = whereToMove({ groups, windows: room.length, wouldFit, maxTries });
  const elsewhere = new Map(moves.map(({ group: name, toWindow }) => [name, toWindow]));
  expect(wouldFit(elsewhere)).toBe(true);
  return moves.map(({ group: name, toWindow }) => [name, toWindow]);
}

it('moves the least important and smallest first, and no more than are needed', () => {
  const groups = [
    group('shop', { criticality: 'high' }),
    group('wiki', { criticality: 'low', servers: 2 }),
    group('chat', { criticality: 'low' }),
    group('crm'),
  ];

  expect(moved(groups, [4])).toEqual([['chat', null]]);
  expect(moved(groups, [3])).toEqual([['wiki', null]]);
  expect(moved(groups, [2])).toEqual([
    ['chat', null],
    ['wiki', null],
  ]);
  expect(moved(groups, [1])).toEqual([
    ['chat', null],
    ['wiki', null],
    ['crm', null],
  ]);
});

it('brings back what has room after all, the most important first', () => {
  const groups = [
    group('small', { criticality: 'low' }),
    group('giant', { servers: 9 }),
    group('shop', { criticality: 'high' }),
  ];

  expect(moved(groups, [2])).toEqual([['giant', null]]);
});

it('moves what takes too long even alone, however important it is', () => {
  const groups = [group('long', { criticality: 'high', isTooLong: true }), group('crm'), group('wiki')];

  expect(moved(groups, [3])).toEqual([['long', null]]);
});

it('prefers another window that has room and is open to the group', () => {
  const groups = ['a', 'b', 'c', 'd'].map((name) => group(name, { openTo: name === 'a' ? [0] : [0, 1] }));

  expect(moved(groups, [2, 1])).toEqual([
    ['a', null],
    ['b', 1],
  ]);
  expect(moved(groups, [2, 3]).map(([, window]) => window)).toEqual([null, 1]);
});

it('leaves everything out where nothing fits', () => {
  expect(moved([group('a'), group('b')], [0])).toEqual([
    ['a', null],
    ['b', null],
  ]);
});

it('is right with few tries as well, though it may move more than is needed', () => {
  const groups = Array.from({ length: 50 }, (_, i) => group(`g${i}`, { servers: 1 + (i % 7) }));

  expect(moved(groups, [40, 20], 1).length).toBeGreaterThan(0);
});
