import { ACTIONS } from '@patchtide/contracts';
import { type Command, Option } from 'commander';
import type { Context } from '../context';
import type { Look } from '../output';
import { pathOf } from '../paths';
import { resolveJob } from '../resolve-job';
import { factLines, packageLines } from '../stated';
import { printable, printableLines } from '../terminal/printable';
import { table } from '../terminal/table';
import { since } from '../terminal/time';
import { toneOf } from '../terminal/tone';
import type { JobDetailView, JobView } from '../views';

const VERBS = [
  ['retry', 'attempt a failed job again', 'will be attempted again'],
  ['skip', 'go on without it; of a job that gives something back, sign for what stays', 'is skipped'],
  ['complete', 'state that you have done it by hand', 'counts as done by hand'],
  [
    'take-over',
    'keep Patchtide away from it until you hand it back or complete it',
    'is yours: Patchtide leaves it alone',
  ],
  ['hand-back', 'let Patchtide do it again', 'is handed back'],
] as const;

const STATUSES = [
  'waiting',
  'dispatched',
  'running',
  'succeeded',
  'failed',
  'unknown',
  'skipped',
  'completed',
  'taken-over',
];

interface Reason {
  readonly reason: string;
}

interface ListOptions {
  readonly status?: string;
  readonly action?: string;
  readonly server?: string;
  readonly application?: string;
}

export function addJob(program: Command, context: Context): void {
  const job = program.command('job').description('the jobs of a campaign, by id or by name');
  job
    .command('list <campaign>')
    .description('jobs and why they wait')
    .addOption(new Option('--status <status>', 'only those in this state').choices(STATUSES))
    .addOption(new Option('--action <action>', 'only those that do this').choices(ACTIONS))
    .option('--server <id>', 'only those of one server')
    .option('--application <id>', 'only those on servers of one application')
    .action((campaign: string, options: ListOptions, command: Command) =>
      list(context, campaign, options, command),
    );
  job
    .command('show <campaign> <job>')
    .description('one job with its last output and the packages that it changed')
    .action(async (campaign: string, named: string, _options: object, command: Command) => {
      const api = context.api(command);
      const id = await resolveJob(api, campaign, named);
      const view = await api.get<JobDetailView>(pathOf('campaigns', campaign, 'jobs', id));
      context.output.result(view, (shown, look) => describe(campaign, shown, look));
    });
  for (const [verb, what, done] of VERBS) {
    job
      .command(`${verb} <campaign> <job>`)
      .description(what)
      .requiredOption('--reason <text>', 'why; it is kept in the history')
      .action(async (campaign: string, named: string, { reason }: Reason, command: Command) => {
        const api = context.api(command);
        const id = await resolveJob(api, campaign, named);
        const path = pathOf('campaigns', campaign, 'jobs', id, verb);
        const answer = await api.post<{ events: string[] }>(path, { reason });
        context.output.result(answer, ({ events }) =>
          events.length === 0 ? `${id}: nothing to do.` : `${id} ${done}.`,
        );
      });
  }
}

async function list(
  { output, api }: Context,
  campaign: string,
  options: ListOptions,
  command: Command,
): Promise<void> {
  const query = new URLSearchParams();
  for (const name of ['status', 'action', 'server', 'application'] as const) {
    const value = options[name];
    if (value !== undefined) query.set(name, value);
  }
  const path = `${pathOf('campaigns', campaign, 'jobs')}?${query.toString()}`;
  const jobs = await api(command).list<JobView>(path);
  const now = Date.now();
  output.result(jobs, (all, look) =>
    all.length === 0
      ? 'No such jobs.'
      : table(
          ['job', 'status', 'attempt', 'for', 'why'],
          all.map((j) => [
            j.name,
            { text: j.status, style: toneOf(j.status) },
            `${j.attempt}`,
            since(j.since, now),
            j.waitingBecause ?? j.summary,
          ]),
          look,
        ),
  );
}

function describe(campaign: string, job: JobDetailView, look: Look): string {
  const { paint } = look;
  const output = printableLines(job.outputTail);
  return [
    paint(printable(`${job.name} (${job.id})`), 'bold'),
    `  status    ${paint(job.status, toneOf(job.status))}, attempt ${job.attempt}, since ${job.since}`,
    ...(job.waitingBecause === null ? [] : [`  waiting   ${printable(job.waitingBecause)}`]),
    ...(job.summary === '' ? [] : [`  summary   ${printable(job.summary)}`]),
    ...factLines(job.facts),
    ...(job.answers.length === 0 ? [] : [`  answers   ${answersOf(campaign, job.id, job.answers)}`]),
    ...packageLines(job.packages ?? [], look),
    ...(output.length === 0 ? [] : ['', ...output.map((line) => `  | ${line}`)]),
  ].join('\n');
}

/** The command that answers a job, ready to be copied. */
export function answersOf(campaign: string, job: string, answers: readonly string[]): string {
  return printable(`patchtide job ${answers.join('|')} ${campaign} ${job} --reason "..."`);
}
