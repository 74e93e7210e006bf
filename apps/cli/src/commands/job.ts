import type { Command } from 'commander';
import type { Context } from '../context';
import { table } from '../output';
import type { JobView } from '../views';
import { encode } from './campaign';

const VERBS = [
  ['retry', 'attempt a failed job again'],
  ['skip', 'go on without it'],
  ['complete', 'state that it was done by hand'],
  ['take-over', 'keep Patchtide away from it'],
  ['hand-back', 'let Patchtide do it again'],
] as const;

interface ListOptions {
  readonly status?: string;
  readonly action?: string;
  readonly server?: string;
}

export function addJob(program: Command, context: Context): void {
  const job = program.command('job').description('the jobs of a campaign');
  job
    .command('list <campaign>')
    .description('jobs and why they wait')
    .option('--status <status>', 'only those that are waiting, running, failed, …')
    .option('--action <action>', 'only STOP, PATCH, …')
    .option('--server <id>', 'only those of one server')
    .action((campaign: string, options: ListOptions, command: Command) =>
      list(context, campaign, options, command),
    );
  job
    .command('show <campaign> <job>')
    .description('one job with its last output')
    .action(async (campaign: string, id: string, _options: object, command: Command) => {
      const view = await context
        .api(command)
        .get<JobView>(`/campaigns/${encode(campaign)}/jobs/${encode(id)}`);
      context.output.result(view, describe);
    });
  for (const [verb, what] of VERBS) {
    job
      .command(`${verb} <campaign> <job>`)
      .description(what)
      .requiredOption('--reason <text>', 'why; it is kept in the history')
      .action((campaign: string, id: string, options: { reason: string }, command: Command) =>
        answer(context, { campaign, id, verb }, options, command),
      );
  }
}

async function list(
  context: Context,
  campaign: string,
  { status, action, server }: ListOptions,
  command: Command,
): Promise<void> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ status, action, server }))
    if (value !== undefined) query.set(name, value);
  const jobs = await context
    .api(command)
    .get<JobView[]>(`/campaigns/${encode(campaign)}/jobs?${query.toString()}`);
  context.output.result(jobs, (all) =>
    table(
      ['job', 'status', 'attempt', 'since', 'why'],
      all.map((j) => [
        j.name,
        j.status,
        `${j.attempt}`,
        j.since.slice(11, 19),
        j.waitingBecause ?? j.summary,
      ]),
    ),
  );
}

function describe(job: JobView): string {
  return [
    `${job.name} (${job.id})`,
    `  status    ${job.status}, attempt ${job.attempt}, since ${job.since}`,
    ...(job.waitingBecause === null ? [] : [`  waiting   ${job.waitingBecause}`]),
    ...(job.summary === '' ? [] : [`  summary   ${job.summary}`]),
    ...(job.answers.length === 0 ? [] : [`  answers   ${job.answers.join(', ')}`]),
    ...(job.outputTail === '' ? [] : ['', ...job.outputTail.split('\n').map((line) => `  | ${line}`)]),
  ].join('\n');
}

interface Target {
  readonly campaign: string;
  readonly id: string;
  readonly verb: string;
}

async function answer(
  context: Context,
  { campaign, id, verb }: Target,
  { reason }: { reason: string },
  command: Command,
): Promise<void> {
  const path = `/campaigns/${encode(campaign)}/jobs/${encode(id)}/${verb}`;
  const done = await context.api(command).post<{ events: string[] }>(path, { reason });
  context.output.result(
    done,
    ({ events }) => `${id}: ${events.length === 0 ? 'nothing to do' : events.slice(0, 5).join(', ')}.`,
  );
}
