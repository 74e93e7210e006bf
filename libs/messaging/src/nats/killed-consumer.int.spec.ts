import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type RunningServer, startNats, waitUntil } from '@patchtide/embedded';
import type { Bus } from '../bus';
import { consume, type ConsumeOptions, type Message } from '../consume';
import { consumers, ensureTopology, STREAMS } from '../topology';
import { connectBus } from './connect-bus';

const work: ConsumeOptions = { ...consumers.work('host', 'dc1'), ackWaitMs: 1_000 };

// A process of its own reads our TypeScript, because the sources need not be built when the tests run.
const LIBRARIES = join(__dirname, '..', '..', '..');
const CHILD = `
require('reflect-metadata');
const swc = require('@swc/core');
const Module = require('node:module');
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const own = /^@patchtide\\/([^/]+)$/.exec(request);
  return resolve.call(this, own ? ${JSON.stringify(LIBRARIES)} + '/' + own[1] + '/src/index.ts' : request, ...rest);
};
const parser = { syntax: 'typescript', decorators: true };
const transform = { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false };
require.extensions['.ts'] = (module, filename) => module._compile(swc.transformFileSync(filename, {
  jsc: { target: 'es2022', parser, transform }, module: { type: 'commonjs' },
}).code, filename);
const { connectBus, consume } = require(${JSON.stringify(join(__dirname, '..', 'index.ts'))});
const [url, spec] = process.argv.slice(1);
connectBus({ url, name: 'doomed' }).then((bus) => consume(bus, JSON.parse(spec), ({ data }) => {
  console.log(JSON.stringify(data));
  return new Promise(() => undefined);
}));
`;

describe('a consumer that is killed', () => {
  let server: RunningServer;
  let bus: Bus;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    server = await startNats();
    bus = await connectBus({ url: server.url, name: 'survivor' });
    await ensureTopology(bus);
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await bus.close(500);
    await server.stop();
  });

  it('has its messages redelivered to its twin, and none while it lives', async () => {
    const args = ['-e', CHILD, server.url, JSON.stringify({ ...work, concurrency: 3 })];
    const child = spawn(process.execPath, args, { cwd: __dirname, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const taken: unknown[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => taken.push(JSON.parse(line)));
    for (const job of ['patch-a', 'patch-b', 'patch-c']) await bus.publish(work.filterSubject, { job });
    await waitUntil(() => taken.length === 3, { timeoutMs: 20_000, what: 'the child to take its work' });

    const twin: Message[] = [];
    await consume(bus, work, (message) => void twin.push(message));
    const takenAt = Date.now();
    await waitUntil(() => Date.now() - takenAt > 2 * work.ackWaitMs, {
      timeoutMs: 5_000,
      what: 'two ack waits',
    });
    expect(twin).toEqual([]);

    child.kill('SIGKILL');
    await once(child, 'exit');
    const killedAt = Date.now();
    await waitUntil(() => twin.length === 3, { timeoutMs: 10_000, what: 'the redeliveries' });
    expect(Date.now() - killedAt).toBeLessThan(2 * work.ackWaitMs);
    expect(twin.map(({ data, deliveries }) => [data, deliveries])).toEqual([
      [{ job: 'patch-a' }, 2],
      [{ job: 'patch-b' }, 2],
      [{ job: 'patch-c' }, 2],
    ]);
    const empty = async () => (await bus.streamState(STREAMS.work))?.messages === 0;
    await waitUntil(empty, { timeoutMs: 5_000, what: 'an empty queue' });
  });
});
