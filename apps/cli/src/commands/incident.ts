import type { Command } from 'commander';
import type { Context } from '../context';
import type { Look } from '../output';
import { pathOf } from '../paths';
import { factLines } from '../stated';
import { counted } from '../terminal/counted';
import { printable, printableLines } from '../terminal/printable';
import { table } from '../terminal/table';
import { duration } from '../terminal/time';
import { toneOf } from '../terminal/tone';
import { type IncidentView, resolvedText } from '../views';
import { answersOf } from './job';

const HANDLINGS = [
  ['ack', 'say that you look at it'],
  ['resolve', 'close an incident that belongs to no job'],
] as const;

interface ListOptions {
  readonly all?: boolean;
  readonly campaign?: string;
}

export function addIncident(program: Command, context: Context): void {
  const incident = program.command('incident').description('what somebody has to look at');
  incident
    .command('list')
    .description('open incidents, those with the least slack first')
    .option('--all', 'resolved ones too')
    .option('--campaign <id>', 'only those of one campaign')
    .action((options: ListOptions, command: Command) => list(context, options, command));
  incident
    .command('show <id>')
    .description('one incident with its output and history')
    .action(async (id: string, _options: object, command: Command) => {
      context.output.result(await context.api(command).get<IncidentView>(pathOf('incidents', id)), describe);
    });
  for (const [verb, what] of HANDLINGS) {
    incident
      .command(`${verb} <id>`)
      .description(what)
      .option('--note <text>', 'what you know')
      .action(async (id: string, { note = '' }: { note?: string }, command: Command) => {
        const path = pathOf('incidents', id, verb);
        const done = await context.api(command).post<{ status: string }>(path, { note });
        context.output.result(done, ({ status }) => `${id} is ${status}.`);
      });
  }
}

async function list({ output, api }: Context, options: ListOptions, command: Command): Promise<void> {
  const query = new URLSearchParams(options.all === true ? {} : { status: 'open,acknowledged' });
  if (options.campaign !== undefined) query.set('campaign', options.campaign);
  const incidents = await api(command).list<IncidentView>(`/incidents?${query.toString()}`);
  output.result(incidents, (all, look) =>
    all.length === 0
      ? options.all === true
        ? 'No incidents.'
        : 'No open incidents.'
      : table(
          ['incident', 'status', 'slack', 'waiting', 'id and summary'],
          all.map((i) => [
            i.name,
            { text: i.status, style: toneOf(i.status) },
            slackOf(i),
            `${i.waiting}`,
            `${i.id}  ${i.summary}`,
          ]),
          look,
        ),
  );
}

function slackOf({ slackMs }: IncidentView): string {
  if (slackMs === null) return '';
  return slackMs < 0 ? `${duration(slackMs)} too late` : duration(slackMs);
}

function describe(incident: IncidentView, { paint }: Look): string {
  const { faults = [], history } = incident;
  const output = printableLines(incident.outputTail);
  const status = incident.status === 'resolved' ? resolvedText(incident) : incident.status;
  const again = incident.timesOpened > 1 ? `, opened ${incident.timesOpened} times` : '';
  return [
    paint(printable(`${incident.name} (${incident.id})`), 'bold'),
    `  status    ${paint(status, toneOf(incident.status))}${again}`,
    `  summary   ${printable(incident.summary)}`,
    ...factLines(incident.facts),
    ...aboutJob(incident),
    ...faults.map(({ message, remedy }) => printable(`  fault     ${message} ${remedy}`)),
    ...(output.length === 0 ? [] : ['', ...output.map((line) => `  | ${line}`)]),
    '',
    ...history.map(({ at, what, by, text }) => printable(`  ${at}  ${what} by ${by}  ${text}`)),
  ].join('\n');
}

/** Who waits for the job, and what it may be answered with. */
function aboutJob(incident: IncidentView): string[] {
  const { campaign, job, answers, status } = incident;
  if (campaign === null || job === null) return [];
  const slack = slackOf(incident);
  const isAnswerable = answers.length > 0 && status !== 'resolved';
  return [
    `  waiting   ${counted(incident.waiting, 'job')}${slack === '' ? '' : `, slack ${slack}`}`,
    ...(isAnswerable ? [`  answers   ${answersOf(campaign, job, answers)}`] : []),
  ];
}
