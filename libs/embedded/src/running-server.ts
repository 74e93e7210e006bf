import type { Exit } from './guarded-process';

/** A started server. It ends with us, however we end. */
export interface RunningServer {
  url: string;
  port: number;
  pid: number;
  dataDir: string;
  /** Settles when the server ends for whatever reason. */
  exited: Promise<Exit>;
  /** Orderly shutdown, SIGKILL when that takes too long; removes a temporary directory. May be called again. */
  readonly stop: () => Promise<void>;
  /** SIGKILL at once. The files stay, also temporary ones, so that a start with this `dataDir` can follow. */
  readonly kill: () => Promise<void>;
}
