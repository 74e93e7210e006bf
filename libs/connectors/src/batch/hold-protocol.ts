import { createHash } from 'node:crypto';
import { type Claim, claimOf } from '../monitoring/marker';
import type { Prior, Running } from './batch-scheduler';
import { cronHoldScript } from './cron-hold-script';
import { timerHoldScript } from './timer-hold-script';

/**
 * What we ask of a host and what it answers. One call is one constant script with its data as positional arguments:
 *   sh -c <script> patchtide-hold-<system> <verb> <ref> <marker> <ttlSeconds> <prior|-> <id>
 * and its answer one line on stdout:
 *   patchtide-hold exists=… scheduled=… running=… by=… prior=… note=…
 * The lease is a number of seconds from now, so that the clocks of two machines never have to agree.
 */
const SCRIPTS = { cron: cronHoldScript, 'systemd-timer': timerHoldScript } as const;
export type HostSystem = keyof typeof SCRIPTS;
const SYSTEMS = Object.keys(SCRIPTS) as HostSystem[];

const VERBS = ['hold', 'release', 'inspect'] as const;
export type HoldVerb = (typeof VERBS)[number];

export interface HoldRequest {
  system: HostSystem;
  verb: HoldVerb;
  /** A timer's unit name or the path of a cron file. */
  ref: string;
  marker: string;
  ttlSeconds: number;
  prior?: Prior;
}

export interface HoldStatus {
  exists: boolean;
  scheduled: boolean;
  running: Running;
  by?: Claim;
  /** Only after `hold`. */
  prior?: Prior;
  note?: string;
}

/** The argument list that carries a request to a host. */
export function encodeHold(request: HoldRequest): string[] {
  const { system, verb, ref, marker, ttlSeconds, prior } = request;
  const id = createHash('sha256').update(ref, 'utf8').digest('hex').slice(0, 12);
  const script = SCRIPTS[system];
  return [
    'sh',
    '-c',
    script,
    `patchtide-hold-${system}`,
    verb,
    ref,
    marker,
    `${ttlSeconds}`,
    prior ?? '-',
    id,
  ];
}

/** Reads an argument list as the host does, for hosts that are simulated; undefined when it is no hold request. */
export function parseHoldArgv(argv: readonly string[]): HoldRequest | undefined {
  const [shell, option, , name, ...words] = argv;
  const system = SYSTEMS.find((known) => name === `patchtide-hold-${known}`);
  return shell === 'sh' && option === '-c' && system ? requestOf(system, words) : undefined;
}

function requestOf(system: HostSystem, words: readonly string[]): HoldRequest | undefined {
  const [word, ref = '', marker = '', ttl = '', prior] = words;
  const verb = VERBS.find((known) => known === word);
  if (!verb || words.length !== 6 || !/^\d{1,9}$/.test(ttl)) return undefined;
  const request = { system, verb, ref, marker, ttlSeconds: Number(ttl) };
  return prior === 'scheduled' || prior === 'idle' ? { ...request, prior } : request;
}

/** The answer of a simulated host, with its line end. */
export function formatHoldStatus(status: HoldStatus): string {
  const { exists, scheduled, running, by, prior, note } = status;
  const marker = by ? `patchtide:${by.campaign}:${by.subject}` : '-';
  const yes = (value: boolean) => (value ? 'yes' : 'no');
  return `patchtide-hold exists=${yes(exists)} scheduled=${yes(scheduled)} running=${running} by=${marker} prior=${prior ?? '-'} note=${note ?? '-'}\n`;
}

const LINE =
  /^patchtide-hold exists=(yes|no) scheduled=(yes|no) running=(yes|no|unknown) by=(\S+) prior=(scheduled|idle|-) note=([a-z-]+)$/m;

/** Finds the status line in a host's output; undefined when there is none, which is never a success. */
export function parseHoldStatus(stdout: string): HoldStatus | undefined {
  const match = LINE.exec(stdout);
  if (!match) return undefined;
  const [, exists, scheduled, running, marker = '', prior, note] = match;
  const by = claimOf(marker);
  return {
    exists: exists === 'yes',
    scheduled: scheduled === 'yes',
    running: running as Running,
    ...(by ? { by } : {}),
    ...(prior === '-' ? {} : { prior: prior as Prior }),
    ...(note === '-' || note === undefined ? {} : { note }),
  };
}
