import { join } from 'node:path';
import { hostScript } from './host-script';
import type { Namespaces } from './namespaces';

const TIMEOUT_MS = 30_000;
const SIZE_MB = 1024;

/** A host's disk: the base, layers that were saved, and a writable layer in memory, which starts empty. */
export class HostDisk {
  private readonly layers: string[] = [];

  /** The folder must be there, and is not made again: it ends with the fleet. */
  constructor(
    private readonly namespaces: Namespaces,
    private readonly folder: string,
    private readonly base: string,
  ) {}

  /** The root of the tree; visible inside the fleet's namespaces only. */
  get root(): string {
    return join(this.folder, 'root');
  }

  /** The same tree as a path for us, as long as the fleet lives. */
  get rootSeenFromOutside(): string {
    return join(`/proc/${this.namespaces.pid}/root`, this.root);
  }

  /** Empties the writable layer. The host must be off. */
  async make(): Promise<void> {
    await this.script('make-disk.sh', [this.folder, `${SIZE_MB}m`, this.base, ...this.layers]);
  }

  /** What has been written becomes part of what `make` starts from. The host must be off. */
  async save(): Promise<void> {
    const layer = join(this.folder, `layer-${this.layers.length + 1}`);
    await this.script('save-disk.sh', [this.folder, layer]);
    this.layers.push(join(layer, 'upper'));
    await this.make();
  }

  /** Leaves no byte free, without writing one. */
  async fill(): Promise<void> {
    await this.script('resize-disk.sh', [this.folder, 'full']);
  }

  /** Undoes `fill`. */
  async free(): Promise<void> {
    await this.script('resize-disk.sh', [this.folder, `${SIZE_MB}m`]);
  }

  private async script(name: string, args: string[]): Promise<void> {
    await this.namespaces.run(['sh', hostScript(name), ...args], { timeoutMs: TIMEOUT_MS });
  }
}
