import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { type Shape, SHAPES } from './estate';
import type { Figures } from './measure';
import { type Measured, middleOf, shortfalls, tableOf } from './table';

const ONE_CASE = join(__dirname, 'one-case.js');
const TIMEOUT_MS = 300_000;

/** `npm run bench -- plan`: validation, plan and forecast of estates of several sizes and shapes, each in processes of its own. */
export async function planBench(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      servers: { type: 'string', default: '200,2000,10000' },
      shapes: { type: 'string', default: SHAPES.join() },
      runs: { type: 'string', default: '3' },
      json: { type: 'string', default: 'bench-results/plan.json' },
    },
  });
  const sizes = values.servers.split(',').map(Number);
  const shapes = SHAPES.filter((shape) => values.shapes.split(',').includes(shape));
  const measured: Measured[] = [];
  for (const shape of shapes) {
    for (const servers of sizes) measured.push(await measureFresh(shape, servers, Number(values.runs)));
  }
  const missed = shortfalls(measured);
  const file = resolve(values.json);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ measured, missed }, null, 2)}\n`);
  process.stdout.write(`${tableOf(measured)}\n\n${verdict(missed)}\nWritten to ${file}\n`);
  return missed.length === 0 ? 0 : 1;
}

async function measureFresh(shape: Shape, servers: number, times: number): Promise<Measured> {
  const runs: Figures[] = [];
  for (let i = 0; i < times; i++) {
    process.stderr.write(`${shape}, ${servers} servers, run ${i + 1} of ${times}\n`);
    const { stdout } = await promisify(execFile)(process.execPath, [ONE_CASE, shape, String(servers)], {
      timeout: TIMEOUT_MS,
    });
    runs.push(JSON.parse(stdout) as Figures);
  }
  return middleOf(runs);
}

function verdict(missed: readonly string[]): string {
  return missed.length === 0
    ? 'Every goal is reached.'
    : `Not reached:\n${missed.map((line) => `  ${line}`).join('\n')}`;
}
