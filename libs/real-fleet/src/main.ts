import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { realFleetProblem } from './problem';
import { startThreeTier, type ThreeTier } from './three-tier';

const USAGE = `usage: main.js up [<hosts>] [<folder>]

Boots that many real Debian 12 hosts (default 12) with three-tier applications on them, writes landscape.yaml, policy.yaml and
change.yaml for a campaign over them into the folder (default: real-fleet), and keeps them up until Ctrl-C.
`;

async function main(argv: readonly string[]): Promise<number> {
  const [verb, count = '12', folder = 'real-fleet'] = argv;
  const hostCount = Number(count);
  if (verb !== 'up' || !Number.isInteger(hostCount) || hostCount < 1) {
    process.stderr.write(USAGE);
    return 2;
  }
  const problem = realFleetProblem();
  if (problem !== null) {
    process.stderr.write(`${problem}\n`);
    return 1;
  }
  const stop = new AbortController();
  const stopped = new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        stop.abort(new Error('stopped'));
        done();
      });
    }
  });
  const estate = await startThreeTier({ hostCount, signal: stop.signal }).catch((error: unknown) => {
    if (stop.signal.aborted) return undefined;
    throw error;
  });
  if (estate === undefined) return 1;
  try {
    await estate.fleet.publish('2');
    await writeDocuments(estate, resolve(folder));
    process.stdout.write(describe(estate, resolve(folder)));
    // Nothing else keeps a process alive that waits for a signal.
    const alive = setInterval(() => undefined, 60_000);
    await stopped;
    clearInterval(alive);
  } finally {
    process.stderr.write('Stopping the hosts\n');
    await estate.fleet.stop();
  }
  return 0;
}

async function writeDocuments(estate: ThreeTier, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of ['landscape', 'policy', 'change'] as const) {
    await writeFile(join(folder, `${name}.yaml`), stringify(estate[name]));
  }
}

function describe({ fleet, applications, urlOf }: ThreeTier, folder: string): string {
  const width = Math.max(...fleet.hosts.map(({ name }) => name.length));
  const login = `ssh -i ${fleet.privateKeyPath} -o UserKnownHostsFile=${fleet.knownHostsPath}`;
  const first = fleet.hosts[0];
  return [
    '',
    ...fleet.hosts.map(({ name, address, port }) => `  ${name.padEnd(width)}  ${address}:${port}`),
    '',
    ...applications.map(({ id, name }) => `  ${name}: curl ${urlOf(id)}`),
    '',
    `Log in:      ${login} -p ${first?.port} ${fleet.user}@${first?.address}`,
    'Release 2 of the hosts’ packages is published: apt finds it.',
    '',
    'For Patchtide, before it starts:',
    `  export AGENT_SSH_USER=${fleet.user} AGENT_SUDO=on AGENT_SSH_KEY=${fleet.privateKeyPath} AGENT_KNOWN_HOSTS=${fleet.knownHostsPath}`,
    `The campaign’s documents are in ${folder}; the change’s window has begun.`,
    'Ctrl-C stops the hosts and removes them.',
    '',
  ].join('\n');
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
