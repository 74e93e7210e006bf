import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the parts are: beside `src`, and beside `dist`, which the image and the development tree both have. */
export const HOST_PROGRAM_FOLDER = join(__dirname, '..', '..', 'host');

const FIRST = ['journal.sh', 'serve.sh', 'runner.sh'];
const LAST = 'main.sh';

/**
 * Its parts in the order in which they are joined: `journal.sh` and `runner.sh` answer requests of the journal protocol,
 * `main.sh` calls a word and so is the last. All others are functions, and may stand in any order.
 */
export const HOST_PROGRAM_FILES: readonly string[] = [
  ...FIRST,
  ...readdirSync(HOST_PROGRAM_FOLDER)
    .filter((name) => name.endsWith('.sh') && !FIRST.includes(name) && name !== LAST)
    .sort(),
  LAST,
];

/**
 * The program that runs attempts on a host and knows the words of steps: POSIX sh with flock, setsid and timeout,
 * nothing to install. It is text because it travels: the client puts it on every host under its digest, so that each
 * version finds the journals of the others and never another version's code.
 */
export const RUNNER_SCRIPT = HOST_PROGRAM_FILES.map((name) =>
  readFileSync(join(HOST_PROGRAM_FOLDER, name), 'utf8'),
).join('\n');

const DIGEST = createHash('sha256').update(RUNNER_SCRIPT).digest('hex').slice(0, 12);

/** Where this version of the runner lives on a host. */
export function runnerPath(root: string): string {
  return `${root}/runner-${DIGEST}.sh`;
}

/**
 * Argument list that puts the runner, given on stdin, in place. A connection that drops on the way leaves no half
 * runner behind: only the full length is renamed to its name.
 */
export function encodeUpload(root: string): string[] {
  const size = `${Buffer.byteLength(RUNNER_SCRIPT)}`;
  return ['sh', '-c', UPLOAD, 'patchtide-upload', root, runnerPath(root), size];
}

const UPLOAD = `set -eu
umask 077
mkdir -p "$1"
cat >"$2.$$"
[ "$(wc -c <"$2.$$")" -eq "$3" ] || { rm -f "$2.$$"; exit 1; }
chmod 700 "$2.$$"
mv "$2.$$" "$2"
`;
