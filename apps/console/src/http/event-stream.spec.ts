import { randomUUID } from 'node:crypto';
import { MemoryEventStore } from '@patchtide/event-store';
import { streamEvents, type StreamOptions } from './event-stream';

interface Block {
  readonly id: number | null;
  readonly event: string | null;
  readonly data: Record<string, unknown> | null;
}

function parse(text: string): Block[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const field = (name: string) =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2) ?? null;
      const [id, data] = [field('id'), field('data')];
      return {
        id: id === null ? null : Number(id),
        event: field('event'),
        data: data === null ? null : (JSON.parse(data) as Record<string, unknown>),
      };
    });
}

describe('the stream of live events', () => {
  const open = () => {
    const store = new MemoryEventStore();
    const versions = new Map<string, number>();
    const happen = async (campaign: string, type = 'JobStarted'): Promise<void> => {
      const version = versions.get(campaign) ?? 0;
      const event = { id: randomUUID(), type, schemaVersion: 1, data: { text: 'two\nlines' } };
      const cause = { correlation: campaign, actor: 'test', recordedAt: '2026-11-29T22:00:00Z' };
      await store.append(
        [{ stream: `campaign-${campaign}`, expectedVersion: version, events: [event] }],
        cause,
      );
      versions.set(campaign, version + 1);
    };
    /** Receives until so many waits for more have been made; `onWait` may let something happen in each. */
    const receive = async (
      options: StreamOptions,
      waits = 1,
      onWait: (wait: number) => Promise<void> = async () => undefined,
    ) => {
      const stop = new AbortController();
      let [text, wait] = ['', 0];
      const after = async (): Promise<void> => {
        wait += 1;
        await onWait(wait);
        if (wait >= waits) stop.abort();
      };
      const sink = { write: async (more: string): Promise<void> => void (text += more) };
      await streamEvents({ store, follower: { after } }, options, sink, stop.signal);
      return parse(text);
    };
    return { store, happen, receive };
  };
  const idsOf = (blocks: readonly Block[]) => blocks.flatMap(({ id, data }) => (data ? [id] : []));

  it('begins after the position that the receiver has seen, and its ids are positions', async () => {
    const { happen, receive } = open();
    for (let count = 0; count < 5; count++) await happen('CHG1');
    expect(idsOf(await receive({ campaign: null, after: 0 }))).toEqual([1, 2, 3, 4, 5]);
    expect(idsOf(await receive({ campaign: null, after: 3 }))).toEqual([4, 5]);
    const [, first] = await receive({ campaign: null, after: 4 });
    expect(first).toMatchObject({
      event: 'JobStarted',
      data: {
        position: 5,
        stream: 'campaign-CHG1',
        campaign: 'CHG1',
        category: 'campaign',
        data: { text: 'two\nlines' },
      },
    });
  });

  it('goes on as the log grows, over any number of pages', async () => {
    const { happen, receive } = open();
    const blocks = await receive({ campaign: null, after: 0 }, 3, async (wait) => {
      if (wait < 3) for (let count = 0; count < 700; count++) await happen('CHG1');
    });
    expect(idsOf(blocks)).toEqual(Array.from({ length: 1_400 }, (_, index) => index + 1));
  });

  it('has only the events of one campaign where that is asked for', async () => {
    const { happen, receive } = open();
    for (const campaign of ['CHG1', 'CHG2', 'CHG1']) await happen(campaign);
    expect(idsOf(await receive({ campaign: 'CHG1', after: 0 }))).toEqual([1, 3]);
  });

  it('says now and then that it is alive, also while only events of others happen, and moves the last id past them', async () => {
    const { happen, receive } = open();
    let nowMs = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const lively = await receive({ campaign: 'CHG1', after: 0, heartbeatMs: 5 }, 4, async () => {
      await happen('CHG2');
      nowMs += 10;
    });
    clock.mockRestore();
    const alive = lively.filter(({ id, data }) => id !== null && data === null);
    expect(alive.length).toBeGreaterThanOrEqual(2);
    expect(alive.at(-1)?.id).toBeGreaterThan(1);
  });

  it('reads on only when the receiver has taken what it was sent', async () => {
    const { store, happen } = open();
    for (let count = 0; count < 1_200; count++) await happen('CHG1');
    let reads = 0;
    const readAll = store.readAll.bind(store);
    const counting = {
      readAll: async (after: number, limit?: number) => ((reads += 1), readAll(after, limit)),
    };
    let takeOn = (): void => undefined;
    const sink = {
      write: (text: string) =>
        text.startsWith('retry') ? Promise.resolve() : new Promise<void>((resolve) => (takeOn = resolve)),
    };
    const stop = new AbortController();
    const follower = { after: async (): Promise<void> => stop.abort() };
    const streaming = streamEvents(
      { store: counting, follower },
      { campaign: null, after: 0 },
      sink,
      stop.signal,
    );
    for (let page = 1; page <= 3; page++) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(reads).toBe(page);
      takeOn();
    }
    await streaming;
  });

  it('ends when the receiver leaves', async () => {
    const { receive } = open();
    expect(idsOf(await receive({ campaign: null, after: 0 }))).toEqual([]);
  });
});
