import type { Command } from 'commander';
import type { Context } from '../context';
import { gantt } from '../gantt/gantt';
import { makePlan, momentOf, type PlanFiles } from '../make-plan';
import { planView } from '../plan/plan-view';
import { writeNew } from '../write-new';
import {
  diff,
  type DiffOptions,
  explain,
  type ExplainOptions,
  whatIfPlan,
  type WhatIfOptions,
} from './plan-questions';

interface BuildOptions extends PlanFiles {
  readonly at?: string;
  readonly all?: boolean;
  readonly gantt?: string;
}

export function addPlan(program: Command, context: Context): void {
  const plan = program.command('plan').description('plans as data, without a server');
  withFiles(plan.command('build').description('make the plan of a change: jobs, order, forecast'))
    .option('--all', 'show every job, also where many are alike')
    .option('--gantt <file>', 'draw it into a new SVG file, too')
    .action((options: BuildOptions) => build(context, options));
  plan
    .command('diff <before> <after>')
    .description('what is different in the second of two plans (files of "plan build --json")')
    .option('--exit-code', 'end with 1 where they differ')
    .option('--all', 'show every difference')
    .action((before: string, after: string, options: DiffOptions) => diff(context, before, after, options));
  withFiles(
    plan
      .command('explain <job>')
      .description('why a job (id or name) is where it is: the chain to the root, slack, limits')
      .option('--plan <file>', 'a plan of "plan build --json", instead of what it is made of'),
    false,
  ).action((job: string, options: ExplainOptions) => explain(context, job, options));
  withFiles(
    plan
      .command('what-if')
      .description('the forecast with other limits, without an application, with another window'),
  )
    .option('--limits <scope=number...>', 'other limits: campaign=80, tier.db=2')
    .option('--without <application...>', 'leave applications out, with everything tied to them')
    .option('--window-end <time>', 'another end of the last window, ISO 8601 with zone')
    .action((options: WhatIfOptions) => whatIfPlan(context, options));
}

/** The files that a plan is made of, and the moment. */
function withFiles(command: Command, isRequired = true): Command {
  const file = (flags: string, description: string): Command =>
    isRequired ? command.requiredOption(flags, description) : command.option(flags, description);
  file('--landscape <file>', 'landscape or CMDB export (YAML, JSON, CSV)');
  command.option('--mapping <file>', 'column mapping of a CMDB export');
  file('--policy <file>', 'policy (YAML or JSON)');
  file('--change <file>', 'change (YAML or JSON)');
  return command
    .option('--history <file>', 'durations of past campaigns (YAML or JSON)')
    .option('--at <time>', 'the moment to plan at, ISO 8601 with zone (default: now)');
}

async function build(
  { output }: Context,
  { at, all = false, gantt: picture, ...files }: BuildOptions,
): Promise<void> {
  const plan = await makePlan(files, momentOf(at));
  if (picture !== undefined) {
    await writeNew(picture, gantt(plan), '--gantt');
    output.message(`Drawn into ${picture}.`);
  }
  output.result(plan, (one, look) => planView(one, look, { all }));
}
