import { Unquotable } from '../remote-shell/quote';

/** Whether a host speaks the protocol of the program for Windows; `os` is that of the landscape, like `windows-2022`. */
export function isWindows({ os }: { os?: string }): boolean {
  return os !== undefined && /^windows(-|$)/.test(os);
}

/** cmd.exe, which OpenSSH for Windows starts for a command unless told otherwise, takes 8,191 characters. */
const LONGEST_LINE = 8_000;

/** Nothing among these is more than itself to cmd.exe, PowerShell or a POSIX shell; hence no backslash. */
const PLAIN = /^[A-Za-z0-9+/=:._-]+$/;

/**
 * Turns an argument list into the line for a Windows host. Which shell reads it there is the host's configuration and
 * their quoting has nothing in common, so words that would need any are refused: `Unquotable`.
 */
export function plainLine(argv: readonly string[]): string {
  if (argv.length === 0) throw new Unquotable('an empty argument list');
  if (!argv.every((word) => PLAIN.test(word)))
    throw new Unquotable('a word that a Windows shell would need quoted');
  const line = argv.join(' ');
  if (line.length > LONGEST_LINE)
    throw new Unquotable(`more than ${LONGEST_LINE} characters, which is what cmd.exe takes`);
  return line;
}
