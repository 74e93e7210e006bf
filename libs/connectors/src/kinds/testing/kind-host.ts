import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Component, PlanJob, Policy } from '@patchtide/contracts';
import { buildPlan } from '@patchtide/domain';
import { type HostFacts, parseFacts } from '../../remote-shell/host-facts';
import { encodeRun, parseStatus, type RunnerStep } from '../../remote-shell/runner-protocol';
import { RUNNER_SCRIPT } from '../../remote-shell/runner-script';

/** How an attempt ended; `code` is undefined when the runner did not get that far. */
export interface Ended {
  readonly code: number | undefined;
  readonly output: string;
  readonly notes: HostFacts['notes'];
}

export interface UnitFiles {
  /** Shell text that starts the daemon in the background; `signal` stops what `pidfile` names. */
  readonly start?: string;
  readonly stop?: string;
  readonly pidfile?: string;
  readonly signal?: string;
  /** Lines for `systemctl show`, such as `Restart=always`. */
  readonly properties?: string;
}

const AT = '2026-11-24T09:00:00.000Z';
const DIGEST = `sha256:${'a'.repeat(64)}`;
const WINDOW = {
  start: '2026-11-29T21:00:00.000Z',
  end: '2026-11-30T05:00:00.000Z',
  timezone: 'Europe/Berlin',
};

/** This machine as a host of Patchtide: the real host program and real programs, with units that `systemctl.sh` plays. */
export class KindHost {
  /** What programs find in their environment, besides where programs are. */
  readonly environment: Record<string, string> = { HOME: '/root' };
  readonly directory = mkdtempSync(join(tmpdir(), 'patchtide-kinds-'));
  private readonly bin = join(this.directory, 'bin');
  private readonly program = join(this.directory, 'host.sh');
  private readonly hidden = new Set<string>();
  private attempts = 0;

  constructor() {
    // Servers that are not root look into it.
    chmodSync(this.directory, 0o755);
    mkdirSync(this.bin);
    mkdirSync(join(this.directory, 'units'));
    copyFileSync(join(__dirname, 'systemctl.sh'), join(this.bin, 'systemctl'));
    chmodSync(join(this.bin, 'systemctl'), 0o755);
    writeFileSync(this.program, RUNNER_SCRIPT);
    writeFileSync(join(this.directory, 'boot-id'), 'boot-1\n');
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  write(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  makeExecutable(name: string): void {
    chmodSync(this.path(name), 0o755);
  }

  /** From now on the machine does not have this program. */
  hide(program: string): void {
    this.hidden.add(program);
  }

  unit(name: string, files: UnitFiles): void {
    const home = this.path(`units/${name}`);
    mkdirSync(home, { recursive: true });
    for (const [file, text] of Object.entries(files) as [keyof UnitFiles, string][]) {
      const isProgram = file === 'start' || file === 'stop';
      writeFileSync(join(home, file), isProgram ? `#!/bin/sh\n${text}\n` : `${text}\n`, {
        mode: isProgram ? 0o755 : 0o644,
      });
    }
  }

  setUnit(name: string, file: 'active' | 'masked' | 'unloadable' | 'failed', on: boolean): void {
    if (on) writeFileSync(this.path(`units/${name}/${file}`), '');
    else rmSync(this.path(`units/${name}/${file}`), { force: true });
  }

  isActive(name: string): boolean {
    return existsSync(this.path(`units/${name}/active`));
  }

  /** What was asked of systemctl, without the questions. */
  asked(): string[] {
    const lines = existsSync(this.path('units/log'))
      ? readFileSync(this.path('units/log'), 'utf8').split('\n')
      : [];
    return lines.filter((line) => /^(start|stop|reset-failed) /.test(line));
  }

  /** One step, tried once. */
  word(...argv: string[]): Promise<Ended> {
    return this.run([{ mode: 'do', timeoutMs: 60_000, argv }]);
  }

  run(steps: readonly RunnerStep[]): Promise<Ended> {
    this.attempts += 1;
    const attemptId = `CHG1/job-${this.attempts}/1`;
    const argv = encodeRun(this.program, { attemptId, epoch: 1, outputOffset: 0, steps });
    const env = {
      ...this.environment,
      PATH: this.searchPath(),
      PATCHTIDE_TEST_UNITS: this.path('units'),
      PATCHTIDE_BOOT_ID_FILE: this.path('boot-id'),
      PATCHTIDE_UNIT_DIRECTORY: this.path('systemd'),
    };
    return new Promise((resolve, reject) => {
      const child = spawn(argv[0] ?? '', argv.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const [output, errors]: [Buffer[], Buffer[]] = [[], []];
      child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
      child.on('error', reject);
      child.on('close', () => {
        const said = Buffer.concat(errors).toString();
        const { notes } = parseFacts(said);
        resolve({ code: parseStatus(said)?.code, output: Buffer.concat(output).toString(), notes });
      });
    });
  }

  /** The usual directories; with a hidden program, one directory of links to everything else. */
  private searchPath(): string {
    const directories = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
    if (this.hidden.size === 0) return [this.bin, ...directories].join(':');
    const links = this.path('links');
    rmSync(links, { recursive: true, force: true });
    mkdirSync(links);
    for (const directory of directories.filter((name) => existsSync(name))) {
      for (const name of readdirSync(directory)) {
        if (!this.hidden.has(name) && !existsSync(join(links, name)))
          symlinkSync(join(directory, name), join(links, name));
      }
    }
    return [this.bin, links].join(':');
  }

  /**
   * The steps that the plan has for stopping or starting this component, carried out; each may take `limitMs` at most, and
   * what has to hold for some seconds has to hold for one.
   */
  carryOut(action: 'STOP' | 'START', component: Component, limitMs = 20_000): Promise<Ended> {
    const steps = jobOf(action, component).steps.map(({ mode, timeoutMs, argv }) => {
      const holds = argv[0] === '@unit-stopped' || argv[0] === '@unit-steady';
      return { mode, timeoutMs: Math.min(timeoutMs, limitMs), argv: holds ? [...argv, '1'] : argv };
    });
    return this.run(steps);
  }

  /** Removes the directory; daemons are the business of who started them. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A component on a server of its own at 127.0.0.1, as a CMDB would have it. */
export function componentOf(
  kind: string,
  attributes: Component['attributes'] = {},
  unit?: string,
): Component {
  return {
    id: 'c1',
    name: 'c1',
    kind,
    tier: 'app',
    server: 's1',
    application: 'crm',
    attributes,
    ...(unit !== undefined && { unit }),
  };
}

/** The job that the plan has for the component; the policy says nothing about kinds unless told otherwise. */
export function jobOf(action: 'STOP' | 'START', component: Component, kinds: Policy['kinds'] = {}): PlanJob {
  const result = buildPlan({
    landscape: {
      servers: [{ id: 's1', name: 's1', address: '127.0.0.1', os: 'debian-12' }],
      components: [component],
      applications: [{ id: 'crm', name: 'CRM' }],
      relations: [],
      batchJobs: [],
      monitors: [],
    },
    policy: { name: 'standard', tiers: ['app'], patch: { debian: 'apt' }, kinds },
    change: {
      id: 'CHG1',
      title: 'patches',
      scope: {},
      window: WINDOW,
      policy: 'standard',
      requestedBy: 'm.weber',
    },
    at: AT,
    landscapeDigest: DIGEST,
    policyDigest: DIGEST,
  });
  if (!result.ok) throw new Error(result.faults.map((fault) => `${fault.path}: ${fault.message}`).join('; '));
  const job = result.plan.jobs.find((each) => each.action === action && each.ci === component.id);
  if (job === undefined) throw new Error(`the plan has no ${action} of ${component.id}`);
  return job;
}
