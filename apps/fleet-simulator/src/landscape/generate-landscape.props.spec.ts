import { type Landscape, schemas } from '@patchtide/contracts';
import Ajv from 'ajv';
import * as fc from 'fast-check';
import { generateLandscape } from './generate-landscape';

const sizes = fc.record({
  servers: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 150, max: 400 })),
  seed: fc.integer({ min: 0, max: 1_000_000 }),
});
const isLandscape = new Ajv({ strict: false }).compile(schemas.landscape);

describe('every generated landscape', () => {
  it('is a valid document with unique ids, addresses and units, and no dangling reference', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const landscape = generateLandscape({ ...size, port: 2222 });
        const { servers, components, applications, relations, batchJobs } = landscape;
        expect([isLandscape(landscape), isLandscape.errors]).toEqual([true, null]);
        expect(servers).toHaveLength(size.servers);
        const ids = [servers, components, applications, batchJobs].map((list) => list.map(({ id }) => id));
        for (const list of ids) expect(new Set(list).size).toBe(list.length);
        expect(new Set(servers.map(({ address }) => address)).size).toBe(servers.length);
        expect(new Set(components.map(({ server, unit }) => `${server} ${unit}`)).size).toBe(
          components.length,
        );
        const known = new Set(ids.flat());
        const named = [
          ...components.flatMap(({ server, application }) => [server, application]),
          ...relations.flatMap(({ from, to }) => [from, to]),
          ...batchJobs.map(({ server }) => server),
        ];
        expect(named.filter((id) => !known.has(id))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('can be ordered: no component depends on itself, directly or not', () => {
    fc.assert(
      fc.property(sizes, (size) => expect(hasCycle(generateLandscape({ ...size, port: 2222 }))).toBe(false)),
      { numRuns: 40 },
    );
  });

  it('of 200 servers makes at least 2,400 jobs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seed) => {
        const { servers, components, batchJobs } = generateLandscape({ servers: 200, seed, port: 2222 });
        expect(5 * servers.length + 2 * components.length + 2 * batchJobs.length).toBeGreaterThanOrEqual(
          2_400,
        );
      }),
      { numRuns: 50 },
    );
  });

  it('is the same document for the same options', () => {
    const options = { servers: 37, seed: 5, port: 2222 };
    expect(generateLandscape(options)).toEqual(generateLandscape(options));
    expect(generateLandscape(options)).not.toEqual(generateLandscape({ ...options, seed: 6 }));
  });
});

/** Takes away what depends on nothing that is left, until nothing can be taken away. */
function hasCycle({ components, relations }: Landscape): boolean {
  const left = new Map(components.map(({ id }) => [id, new Set<string>()]));
  for (const { from, to } of relations) left.get(from)?.add(to);
  for (let size = -1; size !== left.size;) {
    size = left.size;
    for (const [id, needs] of left) if (![...needs].some((other) => left.has(other))) left.delete(id);
  }
  return left.size > 0;
}
