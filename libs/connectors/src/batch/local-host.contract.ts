import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BatchHost } from './batch-scheduler';
import { HostBatchScheduler, type HostShell } from './host-scheduler';

/** Runs argument lists on this machine, as a host would. */
export class LocalShell implements HostShell {
  run(
    _host: unknown,
    argv: readonly string[],
    { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
  ) {
    const [command = '', ...args] = argv;
    return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve, reject) => {
      execFile(command, args, { timeout: timeoutMs, signal }, (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(new Error(error.message, { cause: error }));
        else resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr });
      });
    });
  }
}

/** A shell whose programs are first looked for in `directory`, and that can lose an answer. */
class BenchShell implements HostShell {
  private isDeaf = false;

  constructor(
    private readonly inner: HostShell,
    private readonly directory: string,
  ) {}

  loseNextAnswer(): void {
    this.isDeaf = true;
  }

  async run(...[host, argv, options]: Parameters<HostShell['run']>): ReturnType<HostShell['run']> {
    const path = `PATH=${this.directory}:/usr/bin:/bin`;
    const result = await this.inner.run(host, ['env', path, ...argv], options);
    const wasDeaf = this.isDeaf;
    this.isDeaf = false;
    if (wasDeaf) throw new Error('connection lost while a command ran');
    return result;
  }
}

const now = () => new Date();
const patience = { timeoutMs: 5_000, signal: new AbortController().signal };

/** Cron files in a directory of their own, held through `inner`. */
export async function startCronHost(inner: HostShell, host: BatchHost) {
  const { directory, remove } = await scratch();
  const cronDirectory = join(directory, 'cron.d');
  await mkdir(cronDirectory);
  const shell = new BenchShell(inner, directory);
  let count = 0;
  return {
    scheduler: new HostBatchScheduler({ system: 'cron', shell, cronDirectory, now }),
    host,
    now,
    cronDirectory,
    hasIdleJobs: false,
    add: async () => {
      const path = join(cronDirectory, `job-${(count += 1)}`);
      await writeFile(path, `17 3 * * * root echo ${count}\n`);
      return { path };
    },
    isScheduled: ({ path }: Record<string, unknown>) => exists(String(path)),
    passTime: (seconds: number) => passCronTime(cronDirectory, seconds),
    loseNextAnswer: () => shell.loseNextAnswer(),
    stop: remove,
  };
}

/** Timers of a small systemd of their own, held through `inner`. */
export async function startTimerHost(inner: HostShell, host: BatchHost) {
  const { directory, remove } = await scratch();
  const units = join(directory, 'units');
  await mkdir(units);
  await installFakeSystemd(directory);
  const shell = new BenchShell(inner, directory);
  const read = (...path: string[]) => readFile(join(units, ...path), 'utf8').then((text) => text.trim());
  let count = 0;
  return {
    scheduler: new HostBatchScheduler({ system: 'systemd-timer', shell, now }),
    host,
    now,
    units,
    hasIdleJobs: true,
    add: async ({ scheduled }: { scheduled: boolean }) => {
      const unit = `job@${(count += 1)}.timer`;
      await mkdir(join(units, unit));
      await writeFile(join(units, unit, 'ActiveState'), scheduled ? 'active\n' : 'inactive\n');
      return { unit };
    },
    isScheduled: async ({ unit }: Record<string, unknown>) =>
      (await read(String(unit), 'ActiveState')) === 'active',
    passTime: async (seconds: number) => {
      for (const unit of await readdir(units)) {
        const due = await read(unit, 'due').catch(() => '');
        if (due === '') continue;
        await writeFile(join(units, unit, 'due'), `${Number(due) - seconds}\n`);
        if (Number(due) > seconds) continue;
        await shell.run(host, (await read(unit, 'command')).split(' '), patience);
        await rm(join(units, unit), { recursive: true });
      }
    },
    loseNextAnswer: () => shell.loseNextAnswer(),
    stop: remove,
  };
}

export function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A scratch directory that is removed by `remove`. */
async function scratch(): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'patchtide-batch-'));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** Moves the end of every hold in a cron directory back, then does what cron does each minute with our dead-man. */
async function passCronTime(directory: string, seconds: number): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.endsWith('.patchtide-until')) continue;
    const [end = '', ...rest] = (await readFile(join(directory, name), 'utf8')).split(' ');
    await writeFile(join(directory, name), [Number(end) - seconds, ...rest].join(' '));
  }
  await runCronFile(join(directory, 'patchtide-holds'));
}

/** Reads a cron file as Vixie's cron does (comments, settings, `\%`) and runs its one command. */
async function runCronFile(path: string): Promise<void> {
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  const line = lines.find((text) => text.startsWith('* * * * * root '));
  if (line === undefined) return;
  const command = line.slice('* * * * * root '.length);
  if (command.length > 998 || /(^|[^\\])%/.test(command)) throw new Error('cron would cut this command');
  await new LocalShell().run({}, ['/bin/sh', '-c', command.replaceAll('\\%', '%')], patience);
}

const SYSTEMCTL = `#!/bin/sh
# A systemctl with just enough of systemd for holds: state is one directory per unit.
units=\${0%/*}/units verb=$1
shift
case $verb in
  show)
    unit=$units/$3
    if [ ! -d "$unit" ]; then [ "$2" = LoadState ] && echo LoadState=not-found || echo "$2=inactive"; exit 0; fi
    case $2 in
      LoadState) echo LoadState=loaded ;;
      Unit) echo "Unit=\${3%.timer}.service" ;;
      *) echo "$2=$(cat "$unit/$2" 2>/dev/null || echo inactive)" ;;
    esac ;;
  start | stop)
    [ -d "$units/$1" ] || { echo "Failed to $verb $1: Unit $1 not loaded." >&2; exit 5; }
    if [ -f "$units/$1/due" ] && [ $verb = stop ]; then rm -r "$units/$1"; exit 0; fi
    if [ $verb = start ]; then echo active; else echo inactive; fi >"$units/$1/ActiveState" ;;
  *) exit 2 ;;
esac
`;

const SYSTEMD_RUN = `#!/bin/sh
units=\${0%/*}/units
while :; do
  case $1 in
    --unit=*) unit=\${1#--unit=} ;;
    --description=*) description=\${1#*=} ;;
    --on-active=*) seconds=\${1#*=} ;;
    --*) ;;
    *) break ;;
  esac
  shift
done
mkdir "$units/$unit.timer" 2>/dev/null || { echo "Unit $unit.timer already exists." >&2; exit 1; }
echo active >"$units/$unit.timer/ActiveState"
echo "$description" >"$units/$unit.timer/Description"
echo "$seconds" >"$units/$unit.timer/due"
echo "$*" >"$units/$unit.timer/command"
`;

/** Puts a small systemctl and systemd-run into a directory; their units are the directories in `units`. */
async function installFakeSystemd(directory: string): Promise<void> {
  for (const [name, text] of [
    ['systemctl', SYSTEMCTL],
    ['systemd-run', SYSTEMD_RUN],
  ] as const) {
    await writeFile(join(directory, name), text);
    await chmod(join(directory, name), 0o755);
  }
}
