import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One execution of a fake program, in the order in which they began. */
export interface Execution {
  at: string;
  program: string;
  args: string;
}

const PACKAGES = { openssl: ['3.0.15-1', '3.0.17-1'], tzdata: ['2024a-0', '2025b-0'] } as const;

/** The files that make an address of `startSshd` a host; fake-host/lib.sh describes them all. */
export class FakeHost {
  constructor(
    readonly address: string,
    readonly directory: string,
  ) {}

  /** Journals are at `<journalRoot>/journal/<attempt id>`. */
  get journalRoot(): string {
    return join(this.directory, 'patchtide');
  }

  get bootIdFile(): string {
    return join(this.directory, 'boot-id');
  }

  get rebootRequiredFile(): string {
    return join(this.directory, 'reboot-required');
  }

  /** Where drop-ins of units are, as in /etc/systemd/system. */
  get unitDirectory(): string {
    return join(this.directory, 'systemd');
  }

  /** A host with two packages to upgrade, no units, and a boot id. */
  async create(): Promise<void> {
    const folders = ['units', 'enabled', 'masked', 'packages', 'available', 'delays', 'faults', 'patchtide'];
    for (const folder of folders) await mkdir(join(this.directory, folder), { recursive: true });
    await this.set('boot-id', randomUUID());
    await this.set('executions.log', '');
    for (const [name, [installed, available]] of Object.entries(PACKAGES)) {
      await this.setPackage(name, installed, available);
    }
  }

  /** Writes one of the host's files, e.g. `set('faults/stop-crm.service', 1)`. */
  async set(name: string, value: string | number): Promise<void> {
    await writeFile(join(this.directory, name), value === '' ? '' : `${value}\n`);
  }

  /** Reads one of the host's files without the line end; undefined when it is not there. */
  async get(name: string): Promise<string | undefined> {
    return readFile(join(this.directory, name), 'utf8').then(
      (text) => text.trimEnd(),
      () => undefined,
    );
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.directory, name), { force: true });
  }

  async setUnit(unit: string, state: 'active' | 'inactive' | 'failed'): Promise<void> {
    await this.set(`units/${unit}`, state);
  }

  async unit(unit: string): Promise<string | undefined> {
    return this.get(`units/${unit}`);
  }

  async setPackage(name: string, installed: string, available: string): Promise<void> {
    await this.set(`packages/${name}`, installed);
    await this.set(`available/${name}`, available);
  }

  /** Everything that ran on this host, optionally of one program only. */
  async executions(program?: string): Promise<Execution[]> {
    const text = (await this.get('executions.log')) ?? '';
    const all = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'))
      .map(([at = '', name = '', args = '']) => ({ at, program: name, args }));
    return all.filter((execution) => program === undefined || execution.program === program);
  }
}
