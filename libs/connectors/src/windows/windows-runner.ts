import { Unquotable } from '../remote-shell/quote';
import type { CommandResult } from '../remote-shell/remote-shell';
import { parseStatus, type RunnerStep, type RunRequest } from '../remote-shell/runner-protocol';
import {
  UPLOAD_SCRIPT,
  WINDOWS_PROGRAM,
  WINDOWS_PROGRAM_DIGEST,
  WINDOWS_PROGRAM_PATH,
} from './windows-program';

const POWERSHELL = ['powershell.exe', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass'];

/** A request as the program for Windows reads it. */
export type WindowsRequest =
  | { verb: 'run'; attempt: string; epoch: number; offset: number; command: string }
  | { verb: 'inspect'; attempt: string };

/** How to talk to the program for Windows; the answers are those of `runner-protocol.ts`. */
export const WINDOWS_RUNNER = {
  /** Starts the attempt, or attaches to it. Step timeouts are rounded up to seconds. Throws `Unquotable`. */
  encodeRun({ attemptId, epoch, outputOffset, steps }: RunRequest): string[] {
    const command = JSON.stringify({ attempt: attemptId, steps: steps.map(stepOf) });
    return encode({ verb: 'run', attempt: attemptId, epoch, offset: outputOffset, command });
  },

  /** Asks for the status of an attempt and changes nothing. */
  encodeInspect(attemptId: string): string[] {
    return encode({ verb: 'inspect', attempt: attemptId });
  },

  /** Puts the program in place. -OutputFormat Text keeps PowerShell from writing XML to stderr. */
  upload: {
    argv: [...POWERSHELL, '-OutputFormat', 'Text', '-EncodedCommand', utf16Base64(UPLOAD_SCRIPT)],
    stdin: `${WINDOWS_PROGRAM_DIGEST} ${Buffer.from(WINDOWS_PROGRAM).toString('base64')}\n`,
  },

  /**
   * Whether the program may not be there. Neither exit code nor message tells: the shell on the way changes the one,
   * the host's language the other. Bringing it once more does no harm.
   */
  isMissing({ exitCode, stderr }: CommandResult): boolean {
    return exitCode !== 0 && parseStatus(stderr) === undefined;
  },
};

/** Reads an argument list as the program does; undefined when it is no request for this version of it. */
export function parseWindowsArgv(argv: readonly string[]): WindowsRequest | undefined {
  const prefix = [...POWERSHELL, '-File', WINDOWS_PROGRAM_PATH];
  const encoded = argv[prefix.length];
  if (encoded === undefined || argv.length !== prefix.length + 1) return undefined;
  if (!prefix.every((word, at) => argv[at] === word)) return undefined;
  return JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as WindowsRequest;
}

function encode(request: WindowsRequest): string[] {
  const json = JSON.stringify(request);
  return [...POWERSHELL, '-File', WINDOWS_PROGRAM_PATH, Buffer.from(json).toString('base64')];
}

function stepOf({ mode, timeoutMs, argv }: RunnerStep): { mode: string; seconds: number; argv: string[] } {
  return { mode, seconds: Math.max(1, Math.ceil(timeoutMs / 1000)), argv: argv.map(checked) };
}

function checked(word: string): string {
  if (word.includes('\0')) throw new Unquotable('a NUL character');
  if (/\p{Surrogate}/u.test(word)) throw new Unquotable('text that is not valid Unicode');
  return word;
}

function utf16Base64(text: string): string {
  return Buffer.from(text, 'utf16le').toString('base64');
}
