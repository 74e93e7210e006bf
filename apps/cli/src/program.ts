import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { addAudit } from './commands/audit';
import { addCampaign } from './commands/campaign';
import { addChange } from './commands/change';
import { addCondition } from './commands/condition';
import { addDoctor } from './commands/doctor';
import { addIncident } from './commands/incident';
import { addJob } from './commands/job';
import { addLandscape } from './commands/landscape';
import { addObligation } from './commands/obligation';
import { addPlan } from './commands/plan';
import { addPolicy } from './commands/policy';
import { addReport } from './commands/report';
import { createContext } from './context';
import { addExamples } from './examples';
import { Misused } from './failures';
import type { Output } from './output';

const NOUNS = [
  addLandscape,
  addPlan,
  addPolicy,
  addChange,
  addCampaign,
  addJob,
  addIncident,
  addCondition,
  addObligation,
  addAudit,
  addReport,
] as const;

const OUTLINE = `
A night, in short:
  patchtide landscape import landscape.csv
  patchtide change submit change.yaml
  patchtide campaign approve CHG0031337
  patchtide campaign watch CHG0031337
  patchtide incident list
  patchtide audit export CHG0031337 --out CHG0031337.json

Exit codes: 0 done, 1 refused or failed, 2 wrong usage.`;

/** The `patchtide` command with all its nouns. Options of the whole command may stand before or after the verb. */
export function buildProgram(output: Output, env: NodeJS.ProcessEnv): Command {
  const program = new Command('patchtide')
    .description('Patches server fleets in the order of their real dependencies.')
    .option('--url <url>', 'the server (default: PATCHTIDE_URL, else that of a local "npm start")')
    .option('--token <token>', 'bearer token (default: PATCHTIDE_TOKEN, else that of a local "npm start")')
    .option('--json', 'print data as JSON')
    .version(version())
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => output.raw(text),
      writeErr: (text) => output.message(text),
    })
    .addHelpText('after', OUTLINE)
    .hook('preAction', (_program, command) => refuseEmpty(command))
    .exitOverride();
  const context = createContext(output, env);
  for (const add of NOUNS) add(program, context);
  addExamples(program);
  addDoctor(program, context, env);
  pointToHelp(program);
  return program;
}

/** An empty argument is a variable of a script that was not set. @throws Misused */
function refuseEmpty(command: Command): void {
  const names = command.registeredArguments
    .filter((_, i) => command.processedArgs[i] === '')
    .map((one) => one.name());
  const options = Object.entries(command.optsWithGlobals()).filter(([, value]) => value === '');
  const [empty] = [...names, ...options.map(([name]) => `--${name}`)];
  if (empty !== undefined) throw new Misused(`${empty} is empty`);
}

function pointToHelp(command: Command, name = command.name()): void {
  command.showHelpAfterError(`Next: see "${name} --help".`);
  for (const child of command.commands) pointToHelp(child, `${name} ${child.name()}`);
}

function version(): string {
  const manifest = readFileSync(join(__dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
