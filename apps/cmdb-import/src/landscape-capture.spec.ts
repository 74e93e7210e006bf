import { type Landscape, streamOf } from '@patchtide/contracts';
import { normalizeLandscape } from '@patchtide/domain';
import { MemoryEventStore } from '@patchtide/event-store';
import { LandscapeCapture } from './landscape-capture';
import { type Sourced, SourceUnavailable } from './landscape-source';

const NOW = '2026-11-24T09:00:00.000Z';
const faults = [{ path: '', message: 'is away', remedy: 'Wait.' }];

function estate(...names: readonly string[]): Landscape {
  const servers = names.map((id, index) => ({
    id,
    name: id,
    address: `10.0.0.${index + 1}`,
    os: 'debian-12',
  }));
  return normalizeLandscape({ servers });
}

describe('the capture of a landscape', () => {
  const open = (...answers: (Sourced | Error)[]) => {
    const store = new MemoryEventStore();
    let calls = 0;
    const fetch = async (): Promise<Sourced> => {
      const answer = answers[Math.min(calls, answers.length - 1)];
      calls += 1;
      if (answer instanceof Error || !answer) throw answer ?? new Error('nothing to answer');
      return answer;
    };
    const capture = new LandscapeCapture(store, fetch, () => new Date(NOW));
    const events = () => store.read(streamOf.landscape('CHG1'));
    return {
      store,
      events,
      calls: () => calls,
      capture: (revision = 1, isLastTry = false) =>
        capture.capture({ campaign: 'CHG1', revision, isLastTry }),
    };
  };
  const found = (...names: readonly string[]): Sourced => ({
    ok: true,
    landscape: estate(...names),
    source: 'cmdb.example.org',
  });

  it('stores the landscape under its digest and records it with its counts', async () => {
    const { store, events, capture } = open(found('a', 'b'));
    expect(await capture()).toBe('LandscapeCaptured');
    const [event] = await events();
    expect(event?.data).toMatchObject({ revision: 1, source: 'cmdb.example.org', servers: 2, at: NOW });
    const document = await store.getDocument(String(event?.data['landscapeDigest']));
    expect(JSON.parse(document?.text ?? 'null')).toEqual(estate('a', 'b'));
  });

  it('is made once for a revision, however often it is asked for', async () => {
    const { events, calls, capture } = open(found('a'));
    await capture();
    expect(await capture()).toBe('already-captured');
    expect([(await events()).length, calls()]).toEqual([1, 1]);
  });

  it('is made once also when two instances make it at the same moment', async () => {
    const { events, capture } = open(found('a'));
    const outcomes = await Promise.all([capture(), capture()]);
    expect(outcomes.sort()).toEqual(['LandscapeCaptured', 'already-captured']);
    expect(await events()).toHaveLength(1);
  });

  it('of another revision is not lost when both are made at the same moment', async () => {
    const { events, capture } = open(found('a'));
    await Promise.all([capture(1), capture(2)]);
    expect((await events()).map(({ data }) => data['revision']).sort()).toEqual([1, 2]);
  });

  it('tells how the estate has drifted since the last one', async () => {
    const { events, capture } = open(found('a', 'b', 'c'), found('b', 'c', 'd'));
    await capture(1);
    await capture(2);
    // b and c have moved up to other addresses.
    expect((await events()).map(({ data }) => data['drift'])).toEqual([
      { added: 3, removed: 0, changed: 0 },
      { added: 1, removed: 1, changed: 2 },
    ]);
  });

  it('is rejected with every fault of the source', async () => {
    const { events, capture } = open({ ok: false, faults });
    expect(await capture()).toBe('LandscapeRejected');
    expect((await events())[0]?.data).toMatchObject({ revision: 1, faults });
  });

  it('is tried again while the source is away, and nothing is recorded until then', async () => {
    const { events, capture } = open(new SourceUnavailable(faults), found('a'));
    await expect(capture()).rejects.toThrow(SourceUnavailable);
    expect(await events()).toEqual([]);
    expect(await capture()).toBe('LandscapeCaptured');
  });

  it('is rejected when the source stays away to the last try, so that somebody hears of it', async () => {
    const { events, capture } = open(new SourceUnavailable(faults));
    expect(await capture(1, true)).toBe('LandscapeRejected');
    expect((await events())[0]?.data['faults']).toEqual(faults);
  });

  it('does not take a mistake of ours for a reason to reject', async () => {
    const { events, capture } = open(new TypeError('undefined is not a function'));
    await expect(capture(1, true)).rejects.toThrow(TypeError);
    expect(await events()).toEqual([]);
  });
});
