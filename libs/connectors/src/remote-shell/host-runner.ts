import type { CommandResult, Resident } from './remote-shell';
import { encodeInspect, encodeRun, encodeServe, parseStatus, type RunRequest } from './runner-protocol';
import { encodeUpload, RUNNER_SCRIPT, runnerPath } from './runner-script';

/** How to talk to the program on a host. Its answers are the same everywhere: those of `runner-protocol.ts`. */
export interface HostRunner {
  /** Argument list that starts the attempt, or attaches to it when it was started before. */
  encodeRun(request: RunRequest): string[];
  /** Argument list that asks for the status of an attempt and changes nothing. */
  encodeInspect(attemptId: string): string[];
  /** The program as one that stays, to be asked for what this argument list asks for. Absent: it cannot stay. */
  residentFor?(argv: readonly string[]): Resident;
  /** What puts the program in place. */
  readonly upload: { readonly argv: readonly string[]; readonly stdin: string };
  /** Whether an answer says that the program is not there. */
  isMissing(answer: CommandResult): boolean;
}

/** sh gives 2 or 127 when it cannot open the script. */
const RUNNER_MISSING = new Set([2, 127]);

/** The sh program, below `root` on the hosts. */
export function posixRunner(root: string): HostRunner {
  const path = runnerPath(root);
  const isMissing = ({ exitCode, stderr }: CommandResult): boolean =>
    RUNNER_MISSING.has(exitCode) && parseStatus(stderr) === undefined;
  return {
    encodeRun: (request) => encodeRun(path, request),
    encodeInspect: (attemptId) => encodeInspect(path, attemptId),
    upload: { argv: encodeUpload(root), stdin: RUNNER_SCRIPT },
    residentFor: ([, , ...request]) => ({ argv: encodeServe(path), request, isMissing }),
    isMissing,
  };
}
