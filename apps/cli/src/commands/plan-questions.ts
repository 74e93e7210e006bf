import type { Landscape, Plan } from '@patchtide/contracts';
import { diffPlans, explainJob, indexLandscape, type Needs, whatIf } from '@patchtide/domain';
import type { Context } from '../context';
import { Failed, Found, Misused } from '../failures';
import { instantOption, momentOf, type PlanFiles, planOf, readSources } from '../make-plan';
import { diffView } from '../plan/diff-view';
import { explainView } from '../plan/explain-view';
import { limitOptions } from '../plan/limit-options';
import { whatIfView } from '../plan/what-if-view';
import { readPlan } from '../read-plan';

export interface DiffOptions {
  readonly exitCode?: boolean;
  readonly all?: boolean;
}

export async function diff(
  context: Context,
  before: string,
  after: string,
  options: DiffOptions,
): Promise<void> {
  const [one, other] = await Promise.all([knownPlan(context, before), knownPlan(context, after)]);
  const found = diffPlans(one, other);
  const { timezone } = other.window;
  context.output.result(found, (result, look) => diffView(result, timezone, look, options.all === true));
  if (options.exitCode === true && !found.isSame) throw new Found();
}

/** A plan file. One that somebody has changed is used, but it is not what was approved under its digest. */
async function knownPlan({ output }: Context, file: string): Promise<Plan> {
  const { plan, isUnaltered } = await readPlan(file);
  if (!isUnaltered) output.message(`${file} was altered: its content is not what its digest was made of.`);
  return plan;
}

export interface ExplainOptions extends Partial<PlanFiles> {
  readonly plan?: string;
  readonly at?: string;
}

export async function explain(context: Context, job: string, options: ExplainOptions): Promise<void> {
  const { plan, needs } = await explained(context, options);
  const explanation = explainJob(plan, job, needs);
  if (!explanation) throw new Failed(`the plan has no job "${job}"`, [], nearest(plan, job));
  context.output.result(explanation, (one, look) => explainView(plan, one, look));
}

/** The plan of a file, or that of landscape, policy and change, in which relations can be told from tiers. */
async function explained(context: Context, options: ExplainOptions): Promise<{ plan: Plan; needs?: Needs }> {
  const { plan, at, landscape, policy, change, ...more } = options;
  if (plan !== undefined) return { plan: await knownPlan(context, plan) };
  if (landscape === undefined || policy === undefined || change === undefined)
    throw new Misused('name a plan with --plan, or --landscape, --policy and --change');
  const sources = await readSources({ landscape, policy, change, ...more }, momentOf(at));
  return { plan: planOf(sources), needs: needsOf(sources.input.landscape) };
}

function needsOf(landscape: Landscape): Needs {
  const index = indexLandscape(landscape);
  return (component, other) => index.needs.get(component)?.has(other) === true;
}

function nearest({ jobs }: Plan, asked: string): string {
  const word = asked.toLowerCase();
  const similar = jobs
    .filter(({ id, name, ci }) => `${id} ${name} ${ci}`.toLowerCase().includes(word))
    .slice(0, 8);
  const some = similar.length > 0 ? similar : jobs.slice(0, 3);
  return `Name one of its jobs, such as ${some.map(({ name }) => name).join(', ')}.`;
}

export interface WhatIfOptions extends PlanFiles {
  readonly at?: string;
  readonly limits?: readonly string[];
  readonly without?: readonly string[];
  readonly windowEnd?: string;
}

export async function whatIfPlan({ output }: Context, options: WhatIfOptions): Promise<void> {
  const { at, limits, without, windowEnd, ...files } = options;
  if (limits === undefined && without === undefined && windowEnd === undefined)
    throw new Misused('nothing to try: give --limits, --without or --window-end');
  const question = {
    ...(limits === undefined ? {} : { limits: limitOptions(limits) }),
    ...(without === undefined ? {} : { without }),
    ...(windowEnd === undefined ? {} : { windowEnd: instantOption(windowEnd, '--window-end') }),
  };
  const { input, placed } = await readSources(files, momentOf(at));
  const result = whatIf(input, question);
  if (!result.ok) {
    const ofQuestion = result.faults.filter(({ path }) => path.startsWith('/without'));
    throw new Failed(
      'Nothing can be said about this:',
      ofQuestion.length > 0 ? ofQuestion : placed(result.faults),
    );
  }
  output.result(result.answer, (answer, look) => whatIfView(answer, input.change.window.timezone, look));
}
