import { examineAll, HostDoctor } from '@patchtide/connectors/doctor';
import { judge, type Round } from '@patchtide/domain';
import type { Command } from 'commander';
import type { Context } from '../context';
import { describeReport, type DoctorReport } from '../doctor/doctor-report';
import { type Login, loginFrom, type LoginOptions, openShell } from '../doctor/login';
import { ProgressLine } from '../doctor/progress-line';
import { type NeedFiles, readRound } from '../doctor/questions';
import { Interrupted } from '../failures';
import type { Output } from '../output';
import { counted } from '../terminal/counted';
import { interruptible } from '../watch/interruption';

/** Some host would fail in the night. */
const UNFIT = 1;

const EXAMPLES = `
Examples:
  patchtide doctor --landscape landscape.yaml --policy policy.yaml
  patchtide doctor --landscape landscape.yaml crm-web-01 srv-0003 --user patch --key id_ed25519 --known-hosts known_hosts

Exit codes: 0 every host is fit, 1 something would fail in the night, 2 wrong usage.`;

export function addDoctor(program: Command, { output }: Context, env: NodeJS.ProcessEnv): void {
  program
    .command('doctor')
    .description('look at every host before the night: would a campaign succeed there?')
    .argument('[servers...]', 'ids or names of servers (default: all of the landscape)')
    .requiredOption('--landscape <file>', 'landscape or CMDB export (YAML, JSON, CSV)')
    .option('--mapping <file>', 'column mapping of a CMDB export')
    .option('--policy <file>', 'policy: ask for what its steps need')
    .option('--user <name>', 'user that logs in (default: AGENT_SSH_USER)')
    .option('--key <file>', 'its private key (default: AGENT_SSH_KEY)')
    .option('--known-hosts <file>', 'pinned host keys (default: AGENT_KNOWN_HOSTS)')
    .option('--sudo', 'run everything as "sudo -n" (default: if AGENT_SUDO is on)')
    .option('--root <directory>', "the agents' directory on the hosts (default: AGENT_ROOT)")
    .addHelpText('after', EXAMPLES)
    .action(async (servers: string[], options: NeedFiles & LoginOptions) => {
      const login = loginFrom(options, env);
      const round = await readRound(options, servers, new Date().toISOString());
      conclude(await examine(round, login, output), output);
    });
}

async function examine(round: Round, login: Login, output: Output): Promise<DoctorReport> {
  const shell = await openShell(login);
  const doctor = new HostDoctor(shell, login.root === undefined ? {} : { root: login.root });
  const progress = new ProgressLine(output.err, round.questions.length);
  const onDone = (done: number): void => progress.show(done);
  const work = (signal: AbortSignal) =>
    examineAll(doctor, round.questions, { signal, onDone }).catch((error: unknown) => {
      if (signal.aborted) return [];
      throw error;
    });
  try {
    const servers = judge(await interruptible(work, 'Interrupted. Nothing was changed on any host.'));
    const isFit = servers.every((server) => server.isFit);
    return { isFit, examinedAt: new Date().toISOString(), servers, leftOut: round.leftOut };
  } finally {
    progress.clear();
    await shell.close();
  }
}

/** Prints the report; it is the answer and no failure of ours, but a script must see by the code that hosts are unfit. */
function conclude(report: DoctorReport, output: Output): void {
  output.result(report, describeReport);
  if (report.isFit) return;
  const unfit = report.servers.filter(({ isFit }) => !isFit).length;
  throw new Interrupted(UNFIT, `${counted(unfit, 'host')} would fail in the night.`);
}
