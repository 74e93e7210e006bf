import type { HostState } from '../host-state';
import { complains, ends, operands, type Program } from '../program';

/** Files that the kernel and the package manager keep. */
function virtualFile(state: HostState, path: string): string | undefined {
  if (path === '/proc/sys/kernel/random/boot_id') return `${state.bootId}\n`;
  const flag = path === '/run/reboot-required' || path === '/var/run/reboot-required';
  return flag && state.rebootRequired ? '*** System restart required ***\n' : undefined;
}

function read(state: HostState, path: string): string | undefined {
  return virtualFile(state, path) ?? state.files.get(path);
}

export const cat: Program = (args, { state }) => {
  const paths = operands(args);
  const lost = paths.filter((path) => read(state, path) === undefined);
  const error = lost.map((path) => `cat: ${path}: No such file or directory\n`).join('');
  return {
    finish: () => ({
      code: lost.length === 0 ? 0 : 1,
      output: paths.map((path) => read(state, path) ?? '').join(''),
      error,
    }),
  };
};

/** `test -e`, `-f` and `-s`, with an optional `!` in front. */
export const test: Program = (args, { state }) => {
  const [first, ...rest] = args;
  const isNegated = first === '!';
  const [operator, path, ...more] = isNegated ? rest : args;
  if (path === undefined || more.length > 0 || !['-e', '-f', '-s'].includes(operator ?? '')) {
    return complains(2, 'test: only -e, -f and -s FILE are known here');
  }
  return { finish: () => ({ code: (read(state, path) !== undefined) === isNegated ? 1 : 0 }) };
};

export const mv: Program = (args, { state }) => {
  const [from, to, ...more] = operands(args);
  if (from === undefined || to === undefined || more.length > 0)
    return complains(1, 'mv: expected two operands');
  return {
    finish: () => {
      const content = state.files.get(from);
      if (content === undefined)
        return { code: 1, error: `mv: cannot stat '${from}': No such file or directory\n` };
      // -n and --no-clobber keep what is there, silently and with exit 0.
      if (state.files.has(to) && args.some((arg) => arg === '-n' || arg === '--no-clobber'))
        return { code: 0 };
      state.files.delete(from);
      state.files.set(to, content);
      return { code: 0 };
    },
  };
};

export const rm: Program = (args, { state }) => ({
  finish: () => {
    const isForced = args.some((arg) => /^-\w*f/.test(arg));
    const lost = operands(args).filter((path) => !state.files.delete(path));
    if (lost.length === 0 || isForced) return { code: 0 };
    return {
      code: 1,
      error: lost.map((path) => `rm: cannot remove '${path}': No such file or directory\n`).join(''),
    };
  },
});

export const mkdir: Program = () => ends(0);
