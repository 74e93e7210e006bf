import type { Exception, Match } from '@patchtide/contracts';
import fc from 'fast-check';
import { seededDraw, pick, type Draw } from '../testing/random';
import { randomLandscape } from '../testing/random-estate';
import { ExceptionIndex } from './exception-index';
import { matches } from './match';

const WORDS = ['server', 'component', 'application', 'cluster', 'tag', 'kind', 'tier', 'os'] as const;
const VALUES = [
  's01',
  's02',
  'c-s01-0',
  'crm',
  'pool0',
  'blue',
  'queue',
  'db',
  'debian',
  'debian-12',
  'aix',
] as const;

function randomException(draw: Draw, i: number): Exception {
  const words = WORDS.filter(() => draw(9) < 2);
  const asked = words.length > 0 ? words : [pick(draw, WORDS)];
  const match = Object.fromEntries(asked.map((word) => [word, pick(draw, VALUES)])) as Match;
  return { match, set: { reboot: 'never' }, owner: `team-${i}`, reason: 'because', until: '2099-12-31' };
}

it('finds the exceptions that trying each of them would find, in the same order', () => {
  const property = fc.property(fc.noShrink(fc.nat()), (seed) => {
    const draw = seededDraw(seed);
    const { servers, components } = randomLandscape(draw, 8);
    const exceptions = Array.from({ length: draw(12) }, (_, i) => randomException(draw, i));
    const index = new ExceptionIndex(exceptions);
    for (const server of servers) {
      const here = components.filter((component) => component.server === server.id);
      const wanted = exceptions.filter(({ match }) => matches(match, server, here));
      expect(index.on(server, here)).toEqual(wanted);
    }
  });
  fc.assert(property, { numRuns: 300 });
});
