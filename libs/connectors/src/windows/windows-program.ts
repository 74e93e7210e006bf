import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Its parts, in the order in which they are joined: `program.ps1` takes the parameters, `main.ps1` acts. */
export const WINDOWS_PROGRAM_FILES = [
  'program.ps1',
  'journal.ps1',
  'run.ps1',
  'supervise.ps1',
  'words.ps1',
  'services.ps1',
  'reboot.ps1',
  'windows-update.ps1',
  'main.ps1',
] as const;

/** Where the parts are: beside `src`, and beside `dist`. */
export const WINDOWS_PROGRAM_FOLDER = join(__dirname, '..', '..', 'windows');

function part(name: string): string {
  return readFileSync(join(WINDOWS_PROGRAM_FOLDER, name), 'utf8');
}

/** The program that runs attempts on a Windows host; text, because it travels and is known by its digest. */
export const WINDOWS_PROGRAM = WINDOWS_PROGRAM_FILES.map(part).join('\n');

/** SHA-256 of the program, in hex. */
export const WINDOWS_PROGRAM_DIGEST = createHash('sha256').update(WINDOWS_PROGRAM).digest('hex');

/**
 * Where this version of the program lives. Below the directory of Windows, where only administrators write: in
 * ProgramData any user could put another program under this name before us. Slashes, because a POSIX shell as default
 * shell would eat backslashes.
 */
export const WINDOWS_PROGRAM_PATH = `C:/Windows/Patchtide/runner-${WINDOWS_PROGRAM_DIGEST.slice(0, 12)}.ps1`;

/** The script that puts it there, without what is for readers only: it has to fit on a command line. */
export const UPLOAD_SCRIPT = part('upload.ps1')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .join('\n');
