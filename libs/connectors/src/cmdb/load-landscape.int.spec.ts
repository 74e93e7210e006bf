import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHttp } from '../monitoring/monitoring.contract';
import { loadDocument, loadLandscape } from './load-landscape';
import { withPositions } from './position';

describe('a landscape', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'patchtide-cmdb-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function file(name: string, content: string | Buffer): Promise<string> {
    await writeFile(join(directory, name), content);
    return join(directory, name);
  }

  it('comes from a file with the digest of its bytes, and leads later faults back to their lines', async () => {
    const path = await file('l.yml', 'servers:\n  - id: a\n    port: x\n');

    const loaded = await loadLandscape(path);

    expect(loaded).toMatchObject({
      ok: true,
      landscape: { servers: [{ id: 'a', port: 'x' }] },
      source: path,
    });
    if (!loaded.ok) return;
    expect(loaded.sha256).toMatch(/^[0-9a-f]{64}$/);
    const late = [{ path: '/servers/0/port', message: 'is no number', remedy: 'Correct it.' }];
    expect(withPositions(late, loaded.locate)).toEqual([{ ...late[0], file: path, line: 3, column: 5 }]);
  });

  it.each([
    ['missing.yaml', undefined, 'missing.yaml does not exist'],
    ['.', undefined, 'is not a file'],
    ['l.xlsx', 'x', 'has a format that is not known'],
    ['list.yaml', '- a', 'is not an object'],
    ['empty.json', '', 'is empty'],
    ['large.json', `"${'x'.repeat(2_000)}"`, 'large.json is 1 MiB large; at most 1 MiB are read'],
  ])('in %s is refused with the reason', async (name, content, message) => {
    const path = content === undefined ? join(directory, name) : await file(name, content);
    const loaded = await loadLandscape(path, { maxBytes: 1_000 });
    expect(loaded).toMatchObject({ ok: false, retryable: false });
    expect(loaded.ok ? '' : loaded.faults[0]?.message).toContain(message);
    expect(loaded.ok ? '' : loaded.faults[0]?.file).toBe(path);
  });

  it('may be named by a file: URL', async () => {
    const path = await file('by-url.json', '{"servers": []}');
    expect(await loadLandscape(`file://${path}`)).toMatchObject({ ok: true, landscape: { servers: [] } });
    expect(await loadLandscape('file://elsewhere/l.json')).toMatchObject({ ok: false, retryable: false });
  });

  it('in YAML is bounded more narrowly, because reading it costs a hundred times its size', async () => {
    const path = await file('huge.yaml', Buffer.alloc(16 * 1024 * 1024 + 1, '#'));
    const loaded = await loadLandscape(path);
    expect(loaded.ok ? '' : loaded.faults[0]?.message).toContain('at most 16 MiB');
  });

  it('needs a mapping that exists and is right, whose faults name the mapping file', async () => {
    const path = await file('export.csv', 'Host\na\n');
    const mapping = await file('map.yaml', 'servers:\n  id: Host\n  nam: Host\n');

    const wrong = await loadLandscape(path, { mapping });
    expect(
      wrong.ok ? [] : wrong.faults.map((fault) => `${fault.file} ${fault.line} ${fault.message}`),
    ).toEqual([
      `${mapping} 3 "nam" is not known`,
      `${mapping} 1 name is not mapped`,
      `${mapping} 1 address is not mapped`,
      `${mapping} 1 os is not mapped`,
    ]);
    expect(await loadLandscape(path, { mapping: join(directory, 'no.yaml') })).toMatchObject({ ok: false });
  });

  it('comes from an HTTP system, with a token, in the format that it names', async () => {
    const server = await startHttp((request, response) => {
      const isKnown = request.headers.authorization === 'Bearer t0ken';
      response.writeHead(isKnown ? 200 : 403, { 'content-type': 'application/json; charset=utf-8' });
      response.end(isKnown ? '{"servers": []}' : '');
    });

    const url = `${server.url}/cmdb?secret=1`;
    expect(await loadLandscape(url, { bearerToken: 't0ken' })).toMatchObject({
      ok: true,
      landscape: { servers: [] },
      source: `${server.url}/cmdb`,
    });
    expect(await loadLandscape(url)).toMatchObject({
      ok: false,
      retryable: false,
      faults: [{ message: expect.stringContaining('was answered 403') as string }],
    });
    await server.stop();
  });

  it('from an HTTP system that is down, slow or endless is refused, and says whether to try again', async () => {
    const slow = await startHttp(() => undefined);
    const endless = await startHttp((_request, response) => void response.end('x'.repeat(5_000)));

    expect(await loadLandscape('http://127.0.0.1:9/l.json')).toMatchObject({ ok: false, retryable: true });
    expect(await loadLandscape(slow.url, { timeoutMs: 100 })).toMatchObject({ ok: false, retryable: true });
    expect(await loadLandscape(endless.url, { maxBytes: 1_000 })).toMatchObject({
      ok: false,
      retryable: false,
    });
    await slow.stop();
    await endless.stop();
  });

  it('is not the only document that can be loaded, but others are never CSV', async () => {
    expect(await loadDocument(await file('change.json', '{"id": "C1"}'))).toMatchObject({
      ok: true,
      value: { id: 'C1' },
    });
    expect(await loadDocument(await file('change.csv', 'id\nC1\n'))).toMatchObject({ ok: false });
  });
});
