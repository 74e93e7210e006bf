import { waitUntil } from '@patchtide/embedded';
import { Api } from '../api';
import { FakeApi } from '../testing/fake-api';
import { listen } from './live-events';

describe('live events', () => {
  let server: FakeApi;
  let heard: string[];
  let opened: number;
  let stop: AbortController;
  let listening: Promise<void>;
  const until = (what: string, condition: () => boolean) => waitUntil(condition, { timeoutMs: 10_000, what });

  beforeEach(async () => {
    server = await FakeApi.start();
    [heard, opened, stop] = [[], 0, new AbortController()];
    const listener = {
      opened: () => (opened += 1),
      event: ({ type }: { type: string }) => heard.push(type),
    };
    const api = new Api({ url: server.url, token: null, tokenAdvice: '' });
    listening = listen(api, 'CHG-1', listener, stop.signal);
    await until('the stream', () => opened === 1);
  });
  afterEach(async () => {
    stop.abort();
    await listening;
    await server.stop();
  });

  it('are those of the campaign, each passed on once', async () => {
    server.send(7, 'JobStarted', {});
    server.send(8, 'JobSucceeded', {});
    await until('the events', () => heard.length === 2);
    expect(heard).toEqual(['JobStarted', 'JobSucceeded']);
    expect(server.asked[0]).toMatchObject({ path: '/v1/stream?campaign=CHG-1', lastEventId: null });
  });

  it('go on after the last one when the connection breaks', async () => {
    server.send(7, 'JobStarted', {});
    await until('the event', () => heard.length === 1);
    server.breakStreams();
    await until('a new stream', () => opened === 2);
    expect(server.asked.at(-1)?.lastEventId).toBe('7');
  });

  it('are asked for again when something comes that is no event', async () => {
    server.sendRaw('data: {"type":\n\n');
    await until('a new stream', () => opened === 2);
    expect(heard).toEqual([]);
  });
});
