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

/** The `patchtide` command with all its nouns. */
export function buildProgram(output: Output, env: NodeJS.ProcessEnv): Command {
  const program = new Command('patchtide')
    .description('Patches server fleets in the order of their real dependencies.')
    .option('--url <url>', 'the server (default: PATCHTIDE_URL, else http://127.0.0.1:8080)')
    .option('--token <token>', 'bearer token (default: PATCHTIDE_TOKEN, else that of a local "npm start")')
    .option('--json', 'print data as JSON')
    .showHelpAfterError()
    .exitOverride();
  const context = createContext(output, env);
  for (const add of [
    addLandscape,
    addPlan,
    addChange,
    addCampaign,
    addJob,
    addIncident,
    addObligation,
    addAudit,
  ]) {
    add(program, context);
  }
  return withJson(program);
}

/** `--json` and the connection may be given after the verb as well. */
function withJson(command: Command): Command {
  for (const child of command.commands) {
    child.exitOverride().showHelpAfterError();
    if (child.commands.length === 0)
      child.option('--json', 'print data as JSON').option('--url <url>').option('--token <token>');
    withJson(child);
  }
  return command;
}
