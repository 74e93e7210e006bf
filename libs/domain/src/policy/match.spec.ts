import { component } from '../testing/landscapes';
import { matches, matchInWords } from './match';

const server = { id: 's1', name: 'crm-01', address: '10.0.0.1', os: 'debian-12', tags: ['blue', 'old'] };
const db = component('db', { name: 'crm-db', kind: 'postgresql', tier: 'db', cluster: 'pair' });
const web = component('web', { application: 'shop', tier: 'web' });

it.each([
  ['everything without a match', undefined, true],
  ['a server by its id', { server: 's1' }, true],
  ['a server by its name', { server: 'crm-01' }, true],
  ['one of its tags', { tag: 'old' }, true],
  ['the operating system', { os: 'debian-12' }, true],
  ['its family', { os: 'debian' }, true],
  ['not a part of it', { os: 'debian-1' }, false],
  ['a component on it', { component: 'crm-db' }, true],
  ['kind and tier of one component', { kind: 'postgresql', tier: 'db' }, true],
  ['not kind and tier of two', { kind: 'postgresql', tier: 'web' }, false],
  ['cluster and tag', { cluster: 'pair', tag: 'blue' }, true],
  ['not when one word does not fit', { cluster: 'pair', tag: 'green' }, false],
  ['an application of which something runs there', { application: 'shop' }, true],
])('fits %s', (_, match, expected) => {
  expect(matches(match, server, [db, web])).toBe(expected);
});

it('fits no component where there is none', () => {
  expect(matches({ tier: 'db' }, server, [])).toBe(false);
  expect(matches({ tag: 'blue' }, server, [])).toBe(true);
});

it('can be said in words', () => {
  expect(matchInWords({ kind: 'postgresql', os: 'debian' })).toBe('kind postgresql, os debian');
});
