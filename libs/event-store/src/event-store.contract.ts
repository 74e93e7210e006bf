import { canonicalJson } from './canonical-json';
import { EventIdReused, InvalidAppend, InvalidDocument, VersionConflict } from './errors';
import type { EventStore } from './event-store';
import { nextHash, originHash } from './hash-chain';
import { appendTo, cause, freshStream, sampleEvent, sampleEvents } from './testing/sample-events';

export interface StoreUnderTest {
  readonly store: EventStore;
  /** Resolves when everything appended so far has its position. */
  settle(): Promise<void>;
}

// Kept out of string literals so that editors and formatters cannot repair it.
const NUL = String.fromCharCode(0);
const LONE_HIGH = String.fromCharCode(0xd83d);
const LONE_LOW = String.fromCharCode(0xde00);

/** What every event store promises; run on the one in memory and the one in Postgres. */
export function eventStoreContract(open: () => StoreUnderTest): void {
  let store: EventStore;
  const settle = (): Promise<void> => open().settle();

  beforeEach(() => {
    store = open().store;
  });

  describe('append', () => {
    it('starts a stream at version 1 and returns the last version', async () => {
      const stream = freshStream();
      const first = await store.append([appendTo(stream, 0, [sampleEvent()])], cause);
      const second = await store.append([appendTo(stream, 1, sampleEvents(3))], cause);
      expect(first).toEqual([{ stream, version: 1, repeated: false }]);
      expect(second).toEqual([{ stream, version: 4, repeated: false }]);
    });

    it.each([
      { at: 0, expected: 1 },
      { at: 0, expected: 7 },
      { at: 1, expected: 0 },
      { at: 1, expected: 2 },
      { at: 3, expected: 0 },
      { at: 3, expected: 2 },
      { at: 3, expected: 4 },
    ])('refuses expected version $expected when the stream is at $at', async ({ at, expected }) => {
      for (const size of [1, 2]) {
        const stream = freshStream();
        if (at > 0) await store.append([appendTo(stream, 0, sampleEvents(at))], cause);
        const refused = store.append([appendTo(stream, expected, sampleEvents(size))], cause);
        await expect(refused).rejects.toEqual(new VersionConflict(stream, expected, at));
        await expect(refused).rejects.toMatchObject({ stream, expected, actual: at });
        expect(await store.read(stream)).toHaveLength(at);
      }
    });

    it('lets exactly one of many concurrent appends with the same expected version win', async () => {
      const stream = freshStream();
      for (const version of [0, 1, 2]) {
        const tries = Array.from({ length: 12 }, () =>
          store.append([appendTo(stream, version, [sampleEvent()])], cause),
        );
        const results = await Promise.allSettled(tries);
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      }
      expect(await store.read(stream)).toHaveLength(3);
    });

    it('writes several streams or none', async () => {
      const [a, b, c] = [freshStream(), freshStream('plan'), freshStream('landscape')];
      await store.append([appendTo(c, 0, sampleEvents(2))], cause);
      const both = await store.append(
        [appendTo(c, 2, [sampleEvent()]), appendTo(a, 0, sampleEvents(2))],
        cause,
      );
      expect(both).toEqual([
        { stream: c, version: 3, repeated: false },
        { stream: a, version: 2, repeated: false },
      ]);
      const refused = store.append(
        [appendTo(a, 2, [sampleEvent()]), appendTo(b, 0, [sampleEvent()]), appendTo(c, 1, [sampleEvent()])],
        cause,
      );
      await expect(refused).rejects.toEqual(new VersionConflict(c, 1, 3));
      expect([await store.read(a), await store.read(b), await store.read(c)].map((e) => e.length)).toEqual([
        2, 0, 3,
      ]);
    });

    it('answers a repeated append with the stored result, also after later appends', async () => {
      const stream = freshStream();
      for (const size of [1, 4]) {
        const version = (await store.read(stream)).length;
        const append = appendTo(stream, version, sampleEvents(size));
        await store.append([append], cause);
        await store.append([appendTo(stream, version + size, [sampleEvent()])], cause);
        const again = await store.append([append], { ...cause, recordedAt: '2026-11-29T21:05:00.000Z' });
        expect(again).toEqual([{ stream, version: version + size, repeated: true }]);
        expect(await store.read(stream)).toHaveLength(version + size + 1);
      }
    });

    it('answers the twin of an append that is still under way with the same result', async () => {
      const stream = freshStream();
      for (const version of [0, 1, 2]) {
        const append = appendTo(stream, version, [sampleEvent()]);
        const twins = await Promise.all([1, 2, 3].map(() => store.append([append], cause)));
        expect(twins.flat().map((result) => result.version)).toEqual(Array(3).fill(version + 1));
        expect(twins.flat().filter(({ repeated }) => !repeated)).toHaveLength(1);
      }
    });

    it('answers a repeated append to several streams with the stored result', async () => {
      const appends = [
        appendTo(freshStream(), 0, sampleEvents(2)),
        appendTo(freshStream(), 0, sampleEvents(1)),
      ];
      await store.append(appends, cause);
      const again = await store.append(appends, cause);
      expect(again.map(({ version, repeated }) => [version, repeated])).toEqual([
        [2, true],
        [1, true],
      ]);
    });

    it('refuses an append of which only a part is stored', async () => {
      const stream = freshStream();
      const events = sampleEvents(2);
      await store.append([appendTo(stream, 0, events)], cause);
      await expect(store.append([appendTo(stream, 0, [...events, sampleEvent()])], cause)).rejects.toEqual(
        new VersionConflict(stream, 0, 2),
      );
      const other = freshStream();
      const mixed = store.append([appendTo(stream, 0, events), appendTo(other, 0, [sampleEvent()])], cause);
      await expect(mixed).rejects.toEqual(new VersionConflict(stream, 0, 2));
      expect(await store.read(other)).toEqual([]);
    });

    it('refuses an event id that stands in another stream', async () => {
      const event = sampleEvent();
      await store.append([appendTo(freshStream(), 0, [event])], cause);
      const other = freshStream();
      await expect(store.append([appendTo(other, 0, [event])], cause)).rejects.toEqual(
        new EventIdReused(event.id),
      );
      expect(await store.read(other)).toEqual([]);
    });

    it('names every fault of bad input at once and stores nothing', async () => {
      const bad = { id: 'A', type: 'a.b', schemaVersion: 0, data: [] };
      const refused = store.append([appendTo('campaign.x', -1, [bad])], {
        ...cause,
        actor: '',
        recordedAt: 'now',
      });
      await expect(refused).rejects.toThrow(InvalidAppend);
      const { faults } = (await refused.catch((error: unknown) => error)) as InvalidAppend;
      expect(faults).toHaveLength(8);
    });
  });

  it('refuses data that no carrier would take, and points to documents', async () => {
    const stream = freshStream();
    const large = sampleEvent({ output: 'x'.repeat(512 * 1024) });
    await expect(store.append([appendTo(stream, 0, [sampleEvent(), large])], cause)).rejects.toThrow(
      /document/,
    );
    await expect(store.append([appendTo(stream, 0, [sampleEvent({ at: NaN })])], cause)).rejects.toThrow(
      '/at is NaN',
    );
    expect(await store.read(stream)).toEqual([]);
  });

  describe('read', () => {
    it('gives back what was appended, with its cause and its place in the chain', async () => {
      const stream = freshStream();
      const event = sampleEvent({ b: 1, a: [true, null, 'ä', 0.1] });
      await store.append([appendTo(stream, 0, [event])], cause);
      const link = { ...event, version: 1, body: canonicalJson(event.data), meta: canonicalJson(cause) };
      const hash = nextHash(originHash(stream), link).toString('hex');
      expect(await store.read(stream)).toEqual([{ stream, version: 1, ...event, meta: cause, hash }]);
    });

    it('starts at a version, stops at a limit and pages through more than a page', async () => {
      const stream = freshStream();
      for (const from of [0, 500, 1000, 1500, 2000]) {
        await store.append([appendTo(stream, from, sampleEvents(500))], cause);
      }
      const all = await store.read(stream);
      expect(all.map(({ version }) => version)).toEqual(Array.from({ length: 2500 }, (_, i) => i + 1));
      expect((await store.read(stream, 999)).at(0)?.version).toBe(999);
      expect((await store.read(stream, 990, 1100)).map(({ version }) => version)).toHaveLength(1100);
      expect(await store.read(stream, 2501)).toEqual([]);
      expect(await store.read(freshStream())).toEqual([]);
    });
  });

  describe('readAll', () => {
    it('gives dense positions, each stream in its order', async () => {
      await settle();
      const before = await store.headPosition();
      const [a, b] = [freshStream(), freshStream()];
      await store.append([appendTo(a, 0, sampleEvents(2))], cause);
      await store.append([appendTo(b, 0, sampleEvents(1)), appendTo(a, 2, sampleEvents(1))], cause);
      await settle();
      const events = await store.readAll(before);
      expect(events.map(({ position }) => position)).toEqual([1, 2, 3, 4].map((n) => before + n));
      expect(events.filter(({ stream }) => stream === a).map(({ version }) => version)).toEqual([1, 2, 3]);
      expect(await store.headPosition()).toBe(before + 4);
      expect(await store.readAll(before + 1, 2)).toEqual(events.slice(1, 3));
      expect(await store.readAll(before + 4)).toEqual([]);
    });

    it('refuses a page without a sensible size', async () => {
      await expect(store.readAll(0, 0)).rejects.toThrow(RangeError);
      await expect(store.readAll(0, 10_001)).rejects.toThrow(RangeError);
    });
  });

  describe('host output', () => {
    const output = `bin${NUL}ary ${LONE_LOW}${LONE_HIGH} and ${LONE_HIGH}x 😀 \u2028`;

    it('stores and verifies NUL and lone surrogates', async () => {
      const stream = freshStream();
      const event = sampleEvent({ output, ['key' + LONE_HIGH + NUL]: 1 });
      await store.append([appendTo(stream, 0, [event])], { ...cause, actor: `a${NUL}b` });
      const [stored] = await store.read(stream);
      expect(stored?.data).toEqual(event.data);
      expect(stored?.meta.actor).toBe(`a${NUL}b`);
      expect(await store.verify(stream)).toMatchObject({ ok: true, version: 1 });
    });
  });

  describe('documents', () => {
    it('are stored once under the digest of their text', async () => {
      const text = canonicalJson({ servers: ['srv-0001'], note: `ä ${NUL} 😀` }) + NUL;
      const digest = await store.putDocument('landscape', text);
      expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(await store.putDocument('landscape', text)).toBe(digest);
      expect(await store.getDocument(digest)).toEqual({ digest, kind: 'landscape', text });
      expect(await store.getDocument('sha256:0')).toBeUndefined();
    });

    it('refuses a text that UTF-8 cannot carry', async () => {
      await expect(store.putDocument('output', `a${LONE_HIGH}`)).rejects.toThrow(InvalidDocument);
    });
  });

  describe('verify', () => {
    it('accepts what was appended and gives the head', async () => {
      const stream = freshStream();
      await store.append([appendTo(stream, 0, sampleEvents(1))], cause);
      await store.append([appendTo(stream, 1, sampleEvents(5))], cause);
      await settle();
      const head = (await store.read(stream)).at(-1)?.hash;
      expect(await store.verify(stream)).toEqual({ ok: true, stream, version: 6, head });
    });

    it('does not accept a stream that is not there', async () => {
      expect(await store.verify('campaign-none')).toMatchObject({ ok: false, version: 1 });
    });

    it('accepts the whole store', async () => {
      await settle();
      const head = await store.headPosition();
      expect(await store.verifyAll()).toMatchObject({
        ok: true,
        events: head,
        head,
        brokenStreams: [],
        faults: [],
      });
    });
  });
}
