import { formatHoldStatus, parseHoldArgv } from '@patchtide/connectors/batch';
import { complains, ends, type Command, type Machine, operands, type Program } from '../program';
import { aptGet } from './apt-get';
import { dpkg, dpkgQuery } from './dpkg';
import { cat, mkdir, mv, rm, test } from './files';
import { echo, hostname, nginx, pgIsready } from './probes';
import { wordNamed } from '../words/words';
import { systemctl } from './systemctl';
import { systemdRun } from './systemd-run';

/** The one script that clients send as text is known by its words, not read. */
const sh: Program = (args, { holds }) => {
  const request = parseHoldArgv(['sh', ...args]);
  if (request === undefined) return complains(2, 'sh: simulated hosts run no scripts');
  return { finish: () => ({ code: 0, output: formatHoldStatus(holds.answer(request)) }) };
};

const PROGRAMS: Readonly<Record<string, Program>> = {
  sh,
  systemctl,
  reboot: (_, machine) => systemctl(['reboot'], machine),
  'systemd-run': systemdRun,
  'apt-get': aptGet,
  dpkg,
  'dpkg-query': dpkgQuery,
  cat,
  mkdir,
  mv,
  rm,
  test,
  pg_isready: pgIsready,
  nginx,
  hostname,
  echo,
  true: () => ends(0),
  false: () => ends(1),
};

function own(programs: Readonly<Record<string, Program>>, name: string): Program | undefined {
  return Object.hasOwn(programs, name) ? programs[name] : undefined;
}

/** What is left of an argument list when `sudo -n` and `env NAME=VALUE` are taken off its front. */
export function withoutPrefix(argv: readonly string[]): readonly string[] {
  const program = argv[0] ?? '';
  if (program !== 'sudo' && program !== 'env') return argv;
  let at = 1;
  const isPrefix = (word: string) => word.startsWith('-') || (program === 'env' && /^\w+=/.test(word));
  while (at < argv.length && isPrefix(argv[at] ?? '')) at++;
  return withoutPrefix(argv.slice(at));
}

const WITH_VERB = ['systemctl', 'apt-get', 'dpkg', 'nginx', '@patch'];

/** The name under which durations and faults know a command: its program, and the verb where programs have verbs. */
export function commandName(argv: readonly string[]): string {
  const [path = '', ...args] = withoutPrefix(argv);
  const program = path.slice(path.lastIndexOf('/') + 1);
  if (program === 'dpkg' || program === 'nginx') return `${program} ${args[0] ?? ''}`.trim();
  return WITH_VERB.includes(program) ? `${program} ${operands(args, ['-o', '-p'])[0] ?? ''}`.trim() : program;
}

/** The command an argument list stands for; unknown programs are commands too, and exit 127. */
export function commandFor(argv: readonly string[], machine: Machine): Command {
  const [path = '', ...args] = withoutPrefix(argv);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const program = name.startsWith('@') ? wordNamed(name) : own(PROGRAMS, name);
  if (program === undefined && name.startsWith('@')) return ends(64, `unknown step word ${name}\n`);
  return program === undefined ? complains(127, `sh: 1: ${path}: not found`) : program(args, machine);
}
