import { parseArgs } from 'node:util';

/** The ways to get 6 × `true` done on every host, in the order in which they run. */
export const WAYS = ['module', 'raw', 'patchtide', 'ssh2'] as const;
export type Way = (typeof WAYS)[number];

/** What the comparison was asked for. */
export interface BenchOptions {
  /** Numbers of hosts, one series of runs for each. */
  readonly hosts: readonly number[];
  readonly ways: readonly Way[];
  /** Hosts worked on at the same time: Ansible's forks, Patchtide's campaign limit, ssh2's connections. */
  readonly parallel: number;
  /** Also says where Patchtide's time goes, by CPU profiles of its services. Profiling slows it down. */
  readonly profile: boolean;
  /** File for the figures. */
  readonly json: string;
  /** Folder in which the hosts keep their step journals; absent, with everything else in the temporary folder. */
  readonly journals?: string;
}

const MOST_HOSTS = 1_000;

/** Reads the command line. @throws Error that names the faulty option and what it may be */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      hosts: { type: 'string', default: '50,100,200' },
      only: { type: 'string', default: WAYS.join(',') },
      parallel: { type: 'string', default: '50' },
      profile: { type: 'boolean', default: false },
      json: { type: 'string', default: 'bench-results/ansible.json' },
      journals: { type: 'string' },
    },
  });
  const { profile, json, journals } = values;
  const wanted = values.only.split(',');
  const stranger = wanted.find((name) => !WAYS.some((way) => way === name));
  if (stranger !== undefined) throw new Error(`--only: "${stranger}" is not one of ${WAYS.join(', ')}`);
  return {
    hosts: values.hosts.split(',').map((text) => count('--hosts', text)),
    ways: WAYS.filter((way) => wanted.includes(way)),
    parallel: count('--parallel', values.parallel),
    profile,
    json,
    ...(journals !== undefined && { journals }),
  };
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= MOST_HOSTS) return value;
  throw new Error(`${option}: "${text}" is not a whole number from 1 to ${MOST_HOSTS}`);
}
