import type { Exit } from '@patchtide/embedded';

/** Something that runs as a process of its own: a server or a service. */
export interface Part {
  readonly name: string;
  /** Starts it and returns when it is ready for work. Rejects with a reason for people when it does not come up. */
  readonly start: () => Promise<RunningPart>;
}

/** A part that is ready for work. */
export interface RunningPart {
  readonly pid: number;
  /** Settles when the process ends for whatever reason. */
  readonly exited: Promise<Exit>;
  /** Orderly stop within the part's own time limit. */
  readonly stop: () => Promise<unknown>;
}

/** "code 1" or "SIGKILL". */
export function describeExit({ code, signal }: Exit): string {
  return signal ?? `code ${code}`;
}
