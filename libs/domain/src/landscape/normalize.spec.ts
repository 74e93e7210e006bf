import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { driftBetween } from './drift';
import { completeLandscape, normalizeLandscape } from './normalize';

const server = { id: 's1', name: 's1', address: '10.0.0.1', os: 'debian-12' };

it('makes one text of one estate, whatever the order of its rows', () => {
  const given = threeTiers({ monitored: ['web', 'db'] });
  const turned = Object.fromEntries(
    Object.entries(given).map(([name, list]) => [name, [...(list as unknown[])].reverse()]),
  );

  expect(JSON.stringify(normalizeLandscape(turned))).toBe(JSON.stringify(normalizeLandscape(given)));
});

it('adds the lists that are absent, and leaves the rows of the others where they are', () => {
  const servers = [{ ...server, id: 'z' }, server];

  expect(completeLandscape({ servers })).toEqual({
    servers,
    components: [],
    applications: [],
    relations: [],
    batchJobs: [],
    monitors: [],
  });
});

it('counts what was added, removed and changed since the landscape before', () => {
  const before = landscapeOf({ components: [component('a'), component('b'), component('c')] });
  const now = landscapeOf({ components: [component('a'), component('b', { tier: 'db' }), component('d')] });

  expect(driftBetween(before, now)).toEqual({ added: 2, removed: 2, changed: 1 });
});

it('takes everything as added when there was no landscape before', () => {
  expect(driftBetween(null, threeTiers())).toEqual({ added: 6, removed: 0, changed: 0 });
});

it('finds no drift in the same estate', () => {
  expect(driftBetween(threeTiers(), threeTiers())).toEqual({ added: 0, removed: 0, changed: 0 });
});
