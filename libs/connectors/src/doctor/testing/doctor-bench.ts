import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RUNNER_SCRIPT } from '../../remote-shell';
import { type DoctorAnswer, parseAnswer } from '../answer';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const LIMIT_MS = 60_000;
/** Ends with its stdin, so that it never outlives us. */
const HOLD = `use Fcntl; $| = 1; $0 = $ARGV[1]; open my $file, "+<", $ARGV[0] or die;
my $whole = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0);
fcntl($file, F_SETLK, $whole) or die; print "held"; my $end = <STDIN>;`;

export interface Look {
  /** Shell lines that prepare the mounts; what they do ends with the look. */
  setup?: string;
  env?: Readonly<Record<string, string>>;
  /** The shell that reads the program. */
  shell?: readonly string[];
}

export interface Looked extends DoctorAnswer {
  readonly codes: readonly string[];
  readonly exitCode: number;
  readonly stdout: string;
}

/** This machine with other mounts, other programs and other files: `@doctor` for real, one finding at a time. */
export class DoctorBench {
  readonly directory = mkdtempSync(join(tmpdir(), 'patchtide-doctor-'));
  readonly root = join(this.directory, 'root');
  readonly bin = join(this.directory, 'bin');

  private readonly holders: ChildProcess[] = [];

  constructor() {
    chmodSync(this.directory, 0o755);
    mkdirSync(this.bin);
    this.program('systemctl', 'case $1 in is-system-running) echo running ;; esac');
    this.program('apt-config', ':');
  }

  /** Puts a stand-in first on the PATH. */
  program(name: string, script: string): void {
    const file = join(this.bin, name);
    rmSync(file, { force: true });
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  /** A directory with nothing but links to these programs of the machine. */
  only(...programs: readonly string[]): string {
    const directory = mkdtempSync(join(this.directory, 'only-'));
    for (const name of programs) symlinkSync(`/usr/bin/${name}`, join(directory, name));
    return directory;
  }

  file(name: string, text = ''): string {
    const path = join(this.directory, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** Locks a file as apt does, in a process of this name, until `remove`. */
  async hold(file: string, name = 'someone'): Promise<void> {
    const holder = spawn('/usr/bin/perl', ['-e', HOLD, file, name], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.holders.push(holder);
    const died = once(holder, 'close').then(() => Promise.reject(new Error(`${file} could not be locked`)));
    await Promise.race([once(holder.stdout, 'data'), died]);
    died.catch(() => undefined);
  }

  async look(
    words: readonly string[],
    { setup = '', env = {}, shell = ['/bin/sh'] }: Look = {},
  ): Promise<Looked> {
    const script = `${setup}\nexec "$@"`;
    const argv = [
      '-m',
      '/bin/sh',
      '-ec',
      script,
      'setup',
      ...shell,
      '-s',
      '@doctor',
      ...words,
      `root=${this.root}`,
    ];
    const child = spawn('/usr/bin/unshare', argv, {
      env: { PATH: `${this.bin}:${PATH}`, ...env },
      timeout: LIMIT_MS,
    });
    const [stdout, stderr] = [child.stdout, child.stderr].map(async (stream) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString();
    });
    child.stdin.end(RUNNER_SCRIPT);
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? -1));
    });
    const said = { stdout: (await stdout) ?? '', stderr: (await stderr) ?? '', exitCode };
    const answer = parseAnswer(said);
    return { ...answer, codes: answer.findings.map(({ code }) => code), exitCode, stdout: said.stdout };
  }

  async remove(): Promise<void> {
    for (const holder of this.holders) {
      holder.stdin?.end();
      await once(holder, 'close');
    }
    rmSync(this.directory, { recursive: true });
  }
}
