import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GuardedProcess, startGuarded, waitUntil } from '@patchtide/embedded';
import { type CommandOptions, runOrThrow } from './command';
import { hostScript } from './host-script';

const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 30_000;

/** One lock per block of addresses, for all fleets of this machine. */
export const LOCKS = '/run/lock/patchtide-real-fleet';

/**
 * Process and mount namespaces of a fleet's own. All its processes and mounts live in them, so that nothing of it can stay
 * when they end; and they end with us, however we end.
 */
export class Namespaces {
  private constructor(
    private readonly keeper: GuardedProcess,
    /** The first process in there, as we see it. */
    readonly pid: number,
    /** The fleet's addresses are 127.0.<block>.x. */
    readonly block: number,
  ) {}

  /** Claims a free block of addresses and makes the namespaces. Also removes what a crashed fleet has left behind. */
  static async open(folder: string): Promise<Namespaces> {
    await mkdir(LOCKS, { recursive: true });
    const keeper = await startGuarded({
      command: 'sh',
      args: [hostScript('keeper.sh'), folder, LOCKS],
      log: join(folder, 'keeper.log'),
      stopTimeoutMs: STOP_TIMEOUT_MS,
    });
    const ready = async (): Promise<string | undefined> => {
      if (keeper.ended()) throw new Error(`the fleet’s namespaces cannot be made: ${keeper.logTail()}`);
      return readFile(join(folder, 'ready'), 'utf8').catch(() => undefined);
    };
    try {
      const what = 'the namespaces of the fleet';
      const [pid, block] = (await waitUntil(ready, { timeoutMs: READY_TIMEOUT_MS, what }))
        .split(' ')
        .map(Number);
      return new Namespaces(keeper, pid ?? 0, block ?? 0);
    } catch (error) {
      await keeper.stop();
      throw error;
    }
  }

  /** The argv that runs a program in here. */
  enter(argv: readonly string[]): string[] {
    return ['nsenter', `--target=${this.pid}`, '--mount', '--pid', '--', ...argv];
  }

  /** Runs a program in here; anything except exit code 0 is an error. */
  run(argv: readonly string[], options: CommandOptions): Promise<string> {
    return runOrThrow(this.enter(argv), options);
  }

  /** Ends every process in here at once and removes the fleet's folder. */
  async close(): Promise<void> {
    await this.keeper.stop();
  }
}
