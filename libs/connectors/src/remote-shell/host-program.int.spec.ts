import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDebianPackage, findCommand } from '@patchtide/embedded';
import { HOST_PROGRAM_FILES, HOST_PROGRAM_FOLDER, RUNNER_SCRIPT } from './runner-script';

const PROGRAM = HOST_PROGRAM_FILES.map((name) => readFileSync(join(HOST_PROGRAM_FOLDER, name), 'utf8'));

function reading(command: string, ...args: string[]) {
  const { stdout, stderr, status } = spawnSync(command, args, { input: RUNNER_SCRIPT });
  return { said: `${stdout.toString()}${stderr.toString()}`, status };
}

describe('the host program', () => {
  it('has nothing that shellcheck complains about', async () => {
    const shellcheck = await ensureDebianPackage('shellcheck', 'shellcheck');
    // SC2317 takes functions for unreachable that are called by their name in a variable.
    expect(reading(shellcheck, '-s', 'sh', '-e', 'SC2317', '-')).toEqual({ said: '', status: 0 });
  });

  it.each([['dash'], ['bash', '--posix'], ['busybox', 'sh']])(
    'is read without complaint by %s',
    async (shell, ...args) => {
      const command = await findCommand(shell);
      if (command === undefined) return;
      expect(reading(command, ...args, '-n')).toEqual({ said: '', status: 0 });
    },
  );

  it('defines no function twice: the parts share one space of names', () => {
    const names = [...RUNNER_SCRIPT.matchAll(/^([a-z_0-9]+)\(\)/gm)].map(([, name]) => name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it('consists of parts that can be read in one go', () => {
    const lengths = PROGRAM.map((text, at) => ({
      name: HOST_PROGRAM_FILES[at],
      lines: text.split('\n').length,
    }));
    expect(lengths.filter(({ lines }) => lines > 301)).toEqual([]);
  });

  it('evaluates no text as a command', () => {
    expect(RUNNER_SCRIPT.match(/^[^#\n]*\beval\b.*/gm)).toBeNull();
  });
});
