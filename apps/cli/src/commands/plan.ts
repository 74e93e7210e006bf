import type { Command } from 'commander';
import type { Context } from '../context';
import { instantOption, makePlan, type PlanFiles } from '../make-plan';
import { planSummary } from '../plan-summary';

interface BuildOptions extends PlanFiles {
  readonly at?: string;
}

export function addPlan(program: Command, context: Context): void {
  const plan = program.command('plan').description('plans as data, without a server');
  plan
    .command('build')
    .description('make the plan of a change: jobs, order, forecast')
    .requiredOption('--landscape <file>', 'landscape or CMDB export (YAML, JSON, CSV)')
    .option('--mapping <file>', 'column mapping of a CMDB export')
    .requiredOption('--policy <file>', 'policy (YAML or JSON)')
    .requiredOption('--change <file>', 'change (YAML or JSON)')
    .option('--at <time>', 'the moment to plan at, ISO 8601 with zone (default: now)')
    .action(async ({ at, ...files }: BuildOptions) => {
      const moment = at === undefined ? new Date().toISOString() : instantOption(at, '--at');
      context.output.result(await makePlan(files, moment), planSummary);
    });
}
