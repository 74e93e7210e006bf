import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertFree, freePort, waitUntil } from '@patchtide/embedded';

const PROGRAM = join(__dirname, '..', 'dist', 'main.js');
const PORTS = 10;
const START = { timeoutMs: 90_000, what: 'the greeting' };
const END = { timeoutMs: 30_000, what: 'the end' };

async function freeRange(): Promise<number> {
  for (;;) {
    const base = await freePort();
    const range = Array.from({ length: PORTS }, (_, offset) => assertFree(base + offset, 'the test'));
    if ((await Promise.allSettled(range)).every(({ status }) => status === 'fulfilled')) return base;
  }
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });

async function listeners(base: number): Promise<number> {
  const answers = await Promise.all(Array.from({ length: PORTS }, (_, offset) => isListening(base + offset)));
  return answers.filter(Boolean).length;
}

describe('npm start', () => {
  let dataDir: string;
  let port: number;
  let child: ChildProcess;
  let output: string;

  const start = async (): Promise<void> => {
    output = '';
    child = spawn(process.execPath, [PROGRAM], {
      env: {
        ...process.env,
        PATCHTIDE_DATA_DIR: dataDir,
        PATCHTIDE_PORT: String(port),
        DATABASE_URL: '',
        NATS_URL: '',
      },
    });
    child.stdout?.on('data', (chunk) => (output += String(chunk)));
    child.stderr?.on('data', (chunk) => (output += String(chunk)));
    await waitUntil(() => {
      if (child.exitCode !== null) throw new Error(output);
      return output.includes('Patchtide is running.');
    }, START);
  };
  const campaigns = async (): Promise<number> => {
    const { operator } = JSON.parse(readFileSync(join(dataDir, 'tokens.json'), 'utf8')) as {
      operator: string;
    };
    const headers = { authorization: `Bearer ${operator}` };
    return (await fetch(`http://127.0.0.1:${port}/v1/campaigns`, { headers })).status;
  };

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'patchtide-start-'));
    port = await freeRange();
  });
  afterEach(async () => {
    child.kill('SIGKILL');
    await waitUntil(async () => (await listeners(port)) === 0, END);
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('serves the API, says what is missing, and starts a killed service again', async () => {
    await start();
    expect(output).toContain('No host can be patched yet');
    expect(await campaigns()).toBe(200);
    const pid = Number(/"pid":(\d+)/.exec(readFileSync(join(dataDir, 'logs', 'console.log'), 'utf8'))?.[1]);
    process.kill(pid, 'SIGKILL');
    await waitUntil(() => output.includes('console is running again'), START);
    expect(await campaigns()).toBe(200);
    expect(output).toContain('console ended (SIGKILL)');
  });

  it('leaves nothing running after SIGKILL, comes back with its data, and stops in order on Ctrl-C', async () => {
    await start();
    const tokens = readFileSync(join(dataDir, 'tokens.json'), 'utf8');
    child.kill('SIGKILL');
    await waitUntil(async () => (await listeners(port)) === 0, END);
    await start();
    expect(readFileSync(join(dataDir, 'tokens.json'), 'utf8')).toBe(tokens);
    expect(await campaigns()).toBe(200);
    child.kill('SIGINT');
    await waitUntil(() => child.exitCode !== null, END);
    expect(child.exitCode).toBe(0);
    expect(await listeners(port)).toBe(0);
    expect(readFileSync(join(dataDir, 'logs', 'postgres.log'), 'utf8')).toMatch(
      /database system is shut down\s*$/,
    );
  });
});
