import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { addAudit } from './commands/audit';
import { addCampaign } from './commands/campaign';
import { addChange } from './commands/change';
import { addIncident } from './commands/incident';
import { addJob } from './commands/job';
import { addLandscape } from './commands/landscape';
import { addObligation } from './commands/obligation';
import { addPlan } from './commands/plan';
import { createContext } from './context';
import type { Output } from './output';

const NOUNS = [
  addLandscape,
  addPlan,
  addChange,
  addCampaign,
  addJob,
  addIncident,
  addObligation,
  addAudit,
] as const;

const EXAMPLES = `
Examples:
  patchtide plan build --landscape landscape.yaml --policy policy.yaml --change change.yaml
  patchtide change submit change.yaml
  patchtide campaign watch CHG0031337

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
      writeErr: (text) => void output.err.stream.write(text),
    })
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  const context = createContext(output, env);
  for (const add of NOUNS) add(program, context);
  pointToHelp(program);
  return program;
}

function pointToHelp(command: Command, name = command.name()): void {
  command.showHelpAfterError(`Next: see "${name} --help".`);
  for (const child of command.commands) pointToHelp(child, `${name} ${child.name()}`);
}

function version(): string {
  const manifest = readFileSync(join(__dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
