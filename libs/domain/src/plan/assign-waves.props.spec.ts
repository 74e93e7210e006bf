import type { PlanServer, Wave } from '@patchtide/contracts';
import fc from 'fast-check';
import type { DraftJob } from './draft-job';
import { assignWaves } from './assign-waves';
import { Groups } from './groups';

interface Estate {
  readonly servers: readonly {
    readonly of: readonly [app: number, site: number, os: number, zone: number];
    readonly tied: boolean;
  }[];
  readonly shares: readonly number[];
}

const estate: fc.Arbitrary<Estate> = fc.record({
  servers: fc.array(
    fc.record({ of: fc.tuple(fc.nat(5), fc.nat(2), fc.nat(2), fc.nat(3)), tied: fc.boolean() }),
    { minLength: 1, maxLength: 60 },
  ),
  shares: fc.array(fc.integer({ min: 0, max: 33 }), { minLength: 1, maxLength: 3 }),
});

/** The estate as a draft; `turned`: every list the other way round. */
function assigned({ servers, shares }: Estate, turned = false) {
  const turn = <T>(list: readonly T[]): T[] => (turned ? [...list].reverse() : [...list]);
  const ids = servers.map((_, i) => `s${String(i).padStart(3, '0')}`);
  const rows = turn(
    servers.map(({ of: [app, site, os, zone] }, i) => ({ id: ids[i] ?? '', app, site, os, zone })),
  );
  const planServers = rows.map(({ id, site, os, zone }): [string, PlanServer] => [
    id,
    {
      id,
      name: id,
      address: id,
      port: 22,
      os: `os${os}-1`,
      zone: `z${zone}`,
      site: `site${site}`,
      hypervisor: null,
      tags: [],
      owner: null,
    },
  ]);
  const jobs = rows.map(
    ({ id, app }) => ({ server: id, applications: [`app${app}`] }) as unknown as DraftJob,
  );
  const groups = new Groups(turn(ids));
  for (const [i, { tied }] of turn([...servers.entries()]))
    if (tied) groups.join(ids[i] ?? '', ids[i - 1] ?? ids[i] ?? '');
  const waves: Wave[] = [
    ...shares.map((share, i) => ({ name: `w${i}`, share: `${share}%` })),
    { name: 'rest' },
  ];
  return { ...assignWaves({ servers: Object.fromEntries(planServers), jobs }, groups, waves), groups, waves };
}

it('gives every group a wave, the last at least one, and no wave more than its share but for one whole group', () => {
  fc.assert(
    fc.property(estate, (given) => {
      const { waveOf, groups, waves } = assigned(given);
      const all = groups.all();
      expect([...waveOf.keys()].sort()).toEqual([...all.keys()]);
      expect([...waveOf.values()]).toContain('rest');
      for (const { name, share = '100%' } of waves) {
        const own = [...all].filter(([group]) => waveOf.get(group) === name);
        const servers = own.reduce((sum, [, ids]) => sum + ids.length, 0);
        const limit = Math.ceil((given.servers.length * Number.parseInt(share, 10)) / 100);
        if (servers > limit) expect(own.length).toBe(1);
      }
    }),
    { numRuns: 300 },
  );
});

it('makes the same choice whatever the order of its input', () => {
  fc.assert(
    fc.property(estate, (given) => {
      const [one, other] = [assigned(given), assigned(given, true)];
      expect([...other.waveOf].sort()).toEqual([...one.waveOf].sort());
      expect(other.notes).toEqual(one.notes);
    }),
    { numRuns: 300 },
  );
});

it('has every site and every operating system among the canaries where its share has room for single servers of all', () => {
  fc.assert(
    fc.property(estate, (given) => {
      const single = { servers: given.servers.map((server) => ({ ...server, tied: false })), shares: [33] };
      const { waveOf } = assigned(single);
      const canaries = single.servers.filter((_, i) => waveOf.get(`s${String(i).padStart(3, '0')}`) === 'w0');
      for (const d of [1, 2] as const) {
        const there = new Set(single.servers.map(({ of }) => of[d])).size;
        const covered = new Set(canaries.map(({ of }) => of[d])).size;
        // Each of the first canaries brings a new one as long as there is one: no site waits for the tenth application.
        if (canaries.length >= 6) expect(covered).toBe(there);
      }
    }),
    { numRuns: 300 },
  );
});
