import { type CommandResult, run } from './command';

const TIMEOUT_MS = 60_000;
const ENVIRONMENT = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'LANG=C.UTF-8',
  'TERM=dumb',
];

// Runs "$@" as an orphan and passes its exit code on. A host that shuts down waits for all its processes to end, and hears
// of it only from those that belong to its first process; for others it waits in vain, up to 90 seconds. The shell
// itself stays outside: with --no-fork only its children are in the host's process namespace.
const AS_ORPHAN = [
  ...['sh', '-c', 'exec 4>&1 5<&0; code=$( ( "$@" <&5 >&4 4>&- 5<&-; echo $? ) & ); exit "${code:-255}"'],
  'exec',
];

export interface ExecOptions {
  /** Default: a minute. At the limit the command and its children are killed and `code` is -1. */
  timeoutMs?: number;
  input?: string;
}

/** Runs a command as root in all namespaces of the host whose first process this is. */
export function execIn(
  leader: number,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<CommandResult> {
  const { timeoutMs = TIMEOUT_MS, input } = options;
  const enter = ['nsenter', `--target=${leader}`, '--all', '--no-fork', '--', 'env', '-i', ...ENVIRONMENT];
  return run([...enter, ...AS_ORPHAN, ...argv], { timeoutMs, input });
}
