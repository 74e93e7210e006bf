import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { scratchFolder } from '../../demo/scratch-folder';
import { stopRequest } from '../../demo/stop-request';
import { runAnsible } from './ansible-run';
import { TASKS } from './estate';
import { type BenchHosts, startBenchHosts } from './hosts';
import { round } from './meter';
import { type BenchOptions, readOptions, type Way } from './options';
import { runPatchtide } from './patchtide-run';
import { runBareSsh2 } from './ssh2-run';
import { type Figures, ratios, type Run, tableOf } from './table';

const INTERRUPTED = 130;

const ABOUT = `Six times \`true\` on every host, all hosts behind one real sshd, one way after the other on this machine.
Ansible runs a play of six tasks, from the start of the program to its end. Patchtide runs a campaign of six jobs per
host, each with approval, limits, journal on the host, reports, events in a durable Postgres and read models, and four
jobs more for each fifty hosts; from the change on the bus to the campaign's close, services running. Bare ssh2 runs
six commands on one connection per host, from the first connection to the last answer. Target CPU is sshd and what it
runs; in the field it is spent on the hosts, here both sides share the processors, and all hosts share one disk.`;

/** Six tasks on every host: Ansible, Patchtide and bare ssh2 in turn, against the same sshd. */
export async function compareWithAnsible(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  // Guards stop and remove whatever is left behind.
  const { signal } = stopRequest(() => process.exit(INTERRUPTED));
  const runs: Run[] = [];
  try {
    for (const count of options.hosts) runs.push(...(await series(count, { ...options, signal })));
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    throw error;
  }
  const file = resolve(options.json);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ about: ABOUT, runs, ratios: ratios(runs) }, null, 2)}\n`);
  process.stdout.write(`${ABOUT}\n\n${tableOf(runs)}\n\nWritten to ${file}\n`);
  return runs.every(({ hosts, tasks }) => tasks === hosts * TASKS) ? 0 : 1;
}

type SeriesOptions = BenchOptions & { readonly signal: AbortSignal };

async function series(count: number, options: SeriesOptions): Promise<Run[]> {
  const folder = await scratchFolder();
  const ends: (() => Promise<void>)[] = [folder.remove];
  try {
    const hosts = await startBenchHosts(folder.path, count, options.journals);
    ends.push(hosts.stop);
    const runs: Run[] = [];
    for (const way of options.ways) {
      say(`${count} hosts: ${way} ...`);
      const before = await hosts.cpuSeconds();
      const figures = await runOne(way, hosts, { ...options, folder: folder.path });
      const run = { way, hosts: count, ...figures, targetCpu: round((await hosts.cpuSeconds()) - before) };
      say(`${count} hosts: ${way} did ${run.tasks} tasks in ${run.seconds.toFixed(1)} s`);
      runs.push(run);
    }
    return runs;
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function runOne(
  way: Way,
  hosts: BenchHosts,
  options: SeriesOptions & { readonly folder: string },
): Promise<Figures> {
  switch (way) {
    case 'module':
      return runAnsible(hosts, { ...options, module: 'command' });
    case 'raw':
      return runAnsible(hosts, { ...options, module: 'raw' });
    case 'ssh2':
      return runBareSsh2(hosts, options);
    case 'patchtide': {
      const { profile, ...figures } = await runPatchtide(hosts, { ...options, report: say });
      if (profile !== undefined) process.stdout.write(`${profile}\n\n`);
      return figures;
    }
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
