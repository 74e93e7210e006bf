import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Change, Policy } from '@patchtide/contracts';
import { type DemoSystemOptions, startDemoSystem } from '../../demo/demo-system';
import type { FleetProcess } from '../../demo/fleet-process';
import { publishChange } from '../../demo/publish-change';
import { startSystem, type System, type SystemOptions } from '../../system';
import type { Tokens } from '../../tokens';
import { Api } from './api';
import { type CommandResult, runCommandLine } from './command-line';

/** A running system with the hands of those who use it. */
export class Night {
  /** What the supervisor said about parts that ended and came back. */
  readonly reports: string[];

  constructor(
    readonly system: System,
    private readonly folder: string,
    private readonly running: { readonly reports: string[]; readonly stop: () => Promise<void> },
  ) {
    this.reports = running.reports;
  }

  /** The API with the token of a role; null sends none. */
  api(role: keyof Tokens | null = 'operator'): Api {
    return new Api(this.system.urlOf('console'), role === null ? null : this.system.tokens[role]);
  }

  /** `patchtide <args>` with the token of an operator. */
  patchtide(...args: string[]): Promise<CommandResult> {
    const { system } = this;
    return runCommandLine(args, {
      PATCHTIDE_URL: system.urlOf('console'),
      PATCHTIDE_TOKEN: system.tokens.operator,
    });
  }

  /** Publishes `change.approved` on the bus, as another service would. */
  publish(change: Change): Promise<void> {
    return publishChange(this.system.natsUrl, change);
  }

  /** Writes an input file and returns its path; objects are written as JSON. */
  async file(name: string, content: string | object): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 1));
    return path;
  }

  addPolicy(policy: Policy): Promise<void> {
    return this.addPolicyText(`${policy.name}.json`, JSON.stringify(policy));
  }

  /** Puts a file into the policy folder, whatever is in it. */
  addPolicyText(name: string, text: string): Promise<void> {
    return writeFile(join(this.system.directory.policies, name), text);
  }

  readonly stop = async (): Promise<void> => {
    await this.running.stop();
    await rm(this.folder, { recursive: true, force: true });
  };
}

/** The whole system beside a simulated fleet; `fleet` are arguments of the simulator. */
export async function startSimulatedNight(
  options: Omit<DemoSystemOptions, 'report'>,
): Promise<{ night: Night; fleet: FleetProcess }> {
  const reports: string[] = [];
  const demo = await startDemoSystem({ ...options, report: (line) => reports.push(line) });
  const night = new Night(demo.system, await newFolder(), { reports, stop: demo.stop });
  return { night, fleet: demo.fleet };
}

/** The whole system as `npm start` starts it, without hosts of its own. */
export async function startNight(
  options: Omit<SystemOptions, 'dataDir' | 'durable' | 'report'>,
): Promise<Night> {
  const folder = await newFolder();
  const reports: string[] = [];
  const report = (line: string): void => void reports.push(line);
  const wishes = { ...options, dataDir: join(folder, 'data'), durable: false, report };
  const system = await startSystem(wishes).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return new Night(system, folder, { reports, stop: system.stop });
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'patchtide-night-'));
  // As root, Postgres runs under another user, who must be able to pass through.
  await chmod(folder, 0o711);
  return folder;
}
