import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type HostFacts, parseFacts } from '../host-facts';
import { encodeRun, parseStatus, type RunnerStatus, type RunnerStep } from '../runner-protocol';
import { RUNNER_SCRIPT } from '../runner-script';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface AttemptRan {
  output: string;
  status: RunnerStatus | undefined;
  facts: HostFacts;
}

const ROOT = '/var/lib/patchtide';
const RUNNER = `${ROOT}/runner.sh`;
const ENV = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C',
};

/**
 * This machine's own system over a layer of its own: what is written there is seen only there and is gone at the end.
 * The programs in it are the real ones, and the host program runs in it as on any host. The mounts live in a name space
 * that ends with its last process, also when the test is killed: the one that holds it waits for the end of its input.
 */
const HOLD = `set -e
dir=$1; shift
mount -t tmpfs -o size=1g none "$dir"
mkdir "$dir/upper" "$dir/work" "$dir/root"
mount -t overlay -o "lowerdir=/,upperdir=$dir/upper,workdir=$dir/work" none "$dir/root"
mount -t proc none "$dir/root/proc"
mount --rbind /dev "$dir/root/dev"
for fresh in /tmp /run "$@"; do
  mkdir -p "$dir/root$fresh"
  mount -t tmpfs -o size=256m none "$dir/root$fresh"
done
echo ready
read -r _ || exit 0`;

/** Whether private roots can be had here; they need root and the right to mount. */
export function canHavePrivateRoots(): boolean {
  if (process.getuid?.() !== 0) return false;
  const home = mkdtempSync(join(tmpdir(), 'patchtide-root-'));
  const { stdout } = spawnSync(
    'unshare',
    ['-m', '--propagation', 'private', 'sh', '-c', HOLD, 'hold', home],
    {
      input: '\n',
      timeout: 20_000,
    },
  );
  rmSync(home, { recursive: true });
  return stdout.toString() === 'ready\n';
}

export class PrivateRoot {
  private constructor(
    private readonly home: string,
    private readonly holder: ChildProcess,
  ) {}

  /** `emptied`: directories that are there and empty, such as a package manager's own. */
  static async start(...emptied: string[]): Promise<PrivateRoot> {
    const home = mkdtempSync(join(tmpdir(), 'patchtide-root-'));
    const command = ['-m', '--propagation', 'private', 'sh', '-c', HOLD, 'hold', home, ...emptied, ROOT];
    const holder = spawn('unshare', command, { stdio: ['pipe', 'pipe', 'inherit'] });
    const [first] = (await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')])) as [unknown];
    if (String(first) !== 'ready\n') throw new Error(`no private root: ${String(first)}`);
    const root = new PrivateRoot(home, holder);
    root.write(RUNNER, RUNNER_SCRIPT);
    return root;
  }

  /** Where a path of the private root is for us. */
  path(inside: string): string {
    return join(`/proc/${this.holder.pid}/root`, this.home, 'root', inside);
  }

  write(inside: string, text: string | Buffer, mode = 0o644): void {
    mkdirSync(dirname(this.path(inside)), { recursive: true });
    writeFileSync(this.path(inside), text, { mode });
  }

  read(inside: string): string | undefined {
    return existsSync(this.path(inside)) ? readFileSync(this.path(inside), 'utf8') : undefined;
  }

  run(...argv: string[]): Promise<Ran> {
    return new Promise((resolve) => {
      const child = execFile(
        'nsenter',
        this.enter(argv),
        { env: ENV, timeout: 60_000, maxBuffer: 16 * 1024 * 1024 },
        (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
      );
      child.stdin?.end();
    });
  }

  /** Like `run`; anything but the exit code 0 is an error. Gives what it printed. */
  async must(...argv: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...argv);
    if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr}${stdout}`);
    return stdout;
  }

  /** One attempt, as an agent has it executed. */
  async attempt(attemptId: string, ...steps: RunnerStep[]): Promise<AttemptRan> {
    const { stdout, stderr } = await this.run(
      ...encodeRun(RUNNER, { attemptId, epoch: 1, outputOffset: 0, steps }),
    );
    return { output: stdout, status: parseStatus(stderr), facts: parseFacts(stderr) };
  }

  /** What a power cut does to its processes; the one that holds the mounts stays. */
  killAll(): void {
    const spaceOf = (pid: string) => {
      try {
        return readlinkSync(`/proc/${pid}/ns/mnt`);
      } catch {
        return undefined;
      }
    };
    const holder = `${this.holder.pid}`;
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== holder);
    for (const pid of pids.filter((each) => spaceOf(each) === spaceOf(holder)))
      process.kill(Number(pid), 'SIGKILL');
  }

  async stop(): Promise<void> {
    this.killAll();
    const ended = once(this.holder, 'exit');
    this.holder.stdin?.end();
    await ended;
    rmSync(this.home, { recursive: true, force: true });
  }

  private enter(argv: readonly string[]): string[] {
    return [`--mount=/proc/${this.holder.pid}/ns/mnt`, '--', 'chroot', join(this.home, 'root'), ...argv];
  }
}
