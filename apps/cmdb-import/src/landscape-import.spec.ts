import { CURRENT_LANDSCAPE_STREAM } from '@patchtide/contracts';
import { Rejected } from '@patchtide/domain';
import { canonicalJson, MemoryEventStore } from '@patchtide/event-store';
import { importLandscape } from './landscape-import';
import { fetchLandscape } from './landscape-source';

const NOW = new Date('2026-11-24T09:00:00Z');
const actor = { by: 'm.weber', reason: '' };
const server = (id: string, address: string) => ({ id, name: id, address, os: 'debian-12' });
const fromImport = { source: null, bearerToken: null, timeoutMs: 1_000 };
const { signal } = new AbortController();

describe('a landscape handed in', () => {
  const open = () => {
    const store = new MemoryEventStore();
    const command = async (landscape: unknown) => {
      const landscapeDigest = await store.putDocument('landscape', canonicalJson(landscape));
      return { type: 'ImportLandscape', data: { landscapeDigest, source: 'estate.yaml', actor } };
    };
    const hand = async (landscape: unknown) => importLandscape(store, await command(landscape), NOW);
    const refusal = async (message: unknown): Promise<Rejected> => {
      const error: unknown = await importLandscape(store, message, NOW).catch((caught: unknown) => caught);
      if (error instanceof Rejected) return error;
      throw new Error('it was not refused', { cause: error });
    };
    return { store, command, hand, refusal };
  };

  it('becomes the present one, and is what campaigns get', async () => {
    const { store, hand } = open();
    const imported = await hand({ servers: [server('b', '10.0.0.2'), server('a', '10.0.0.1')] });
    expect(imported).toMatchObject({ ok: true, servers: 2, components: 0 });
    const [event] = await store.read(CURRENT_LANDSCAPE_STREAM);
    expect(event).toMatchObject({
      type: 'LandscapeImported',
      meta: { actor: 'm.weber' },
      data: { by: 'm.weber' },
    });
    const sourced = await fetchLandscape(store, fromImport, signal);
    expect(sourced).toMatchObject({ ok: true, source: 'estate.yaml' });
    expect(sourced.ok && sourced.landscape.servers.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('has the same digest whatever the order of its rows', async () => {
    const { hand } = open();
    const [a, b] = [server('a', '10.0.0.1'), server('b', '10.0.0.2')];
    expect((await hand({ servers: [a, b] })).landscapeDigest).toBe(
      (await hand({ servers: [b, a] })).landscapeDigest,
    );
  });

  it('replaces the one before; of two at the same moment, none is lost', async () => {
    const { store, hand } = open();
    await Promise.all(['a', 'b', 'c'].map((id) => hand({ servers: [server(id, '10.0.0.1')] })));
    expect(await store.read(CURRENT_LANDSCAPE_STREAM)).toHaveLength(3);
  });

  it('is refused with every contradiction at its place in what was handed in, and changes nothing', async () => {
    const { store, command, refusal } = open();
    const [z, a, again] = [server('z', '10.0.0.1'), server('a', '10.0.0.1'), server('z', '10.0.0.3')];
    const relations = [{ type: 'dependsOn', from: 'x', to: 'y' }];
    const { code, faults } = await refusal(await command({ servers: [z, a, again], relations }));
    expect(code).toBe('invalid-landscape');
    const paths = faults.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['/servers/1/address', '/servers/2/id', '/relations/0/from']),
    );
    expect(await store.read(CURRENT_LANDSCAPE_STREAM)).toEqual([]);
  });

  it('is refused with every fault of its form, and with its contradictions as far as they can be told', async () => {
    const { command, refusal } = open();
    const relations = [{ type: 'dependsOn', from: 'x', to: 'y' }];
    const nameless = { id: 'a', address: '10.0.0.1', os: 'debian-12', colour: 'red' };
    const mixed = await refusal(await command({ servers: [{ ...nameless, name: 'a\nb' }], relations }));
    expect(mixed.faults.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/servers/0/name', '/servers/0/colour', '/relations/0/from']),
    );
    const { faults } = await refusal(await command({ servers: [{ id: 'a b' }], surprise: 1 }));
    expect(faults.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/servers/0/id', '/servers/0/name', '/servers/0/address', '/surprise']),
    );
  });

  it('is refused when it was not uploaded, and when the command is another one or none', async () => {
    const { refusal } = open();
    const landscapeDigest = `sha256:${'a'.repeat(64)}`;
    const missing = await refusal({ type: 'ImportLandscape', data: { landscapeDigest, source: 'x', actor } });
    const control = { type: 'ControlCampaign', data: { campaign: 'CHG1', verb: 'pause', actor } };
    expect([missing.code, (await refusal(control)).code, (await refusal(null)).code]).toEqual([
      'unknown-document',
      'not-here',
      'invalid-command',
    ]);
  });

  it('is asked for where there is none, with the way to hand one in', async () => {
    const sourced = await fetchLandscape(new MemoryEventStore(), fromImport, signal);
    expect(sourced).toMatchObject({ ok: false });
    expect(!sourced.ok && sourced.faults[0]?.remedy).toContain('patchtide landscape import');
  });
});
