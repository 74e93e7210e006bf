import type { Command } from 'commander';
import type { Context } from '../context';
import type { Look } from '../output';
import { pathOf } from '../paths';
import { printable, printableLines } from '../terminal/printable';
import { table } from '../terminal/table';
import { duration } from '../terminal/time';
import { toneOf } from '../terminal/tone';
import type { IncidentView } from '../views';
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
      .option('--note <text>', 'what you know', '')
      .action(async (id: string, { note }: { note: string }, command: Command) => {
        const path = pathOf('incidents', id, verb);
        const done = await context.api(command).post<{ status: string }>(path, { note });
        context.output.result(done, ({ status }) => `${id} is ${status}.`);
      });
  }
}

async function list({ output, api }: Context, options: ListOptions, command: Command): Promise<void> {
  const query = new URLSearchParams(options.all === true ? {} : { status: 'open,acknowledged' });
  if (options.campaign !== undefined) query.set('campaign', options.campaign);
  const incidents = await api(command).get<IncidentView[]>(`/incidents?${query.toString()}`);
  output.result(incidents, (all, look) =>
    all.length === 0
      ? 'No incidents.'
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
  const { campaign, job, answers, resolvedHow } = incident;
  const output = printableLines(incident.outputTail);
  const how = resolvedHow === null ? '' : ` by ${resolvedHow}`;
  const slack = slackOf(incident);
  return [
    paint(printable(`${incident.name} (${incident.id})`), 'bold'),
    `  status    ${paint(incident.status, toneOf(incident.status))}${how}, opened ${incident.timesOpened} time(s)`,
    `  summary   ${printable(incident.summary)}`,
    `  waiting   ${incident.waiting} jobs${slack === '' ? '' : `, slack ${slack}`}`,
    ...(answers.length === 0 || incident.status === 'resolved'
      ? []
      : [`  answers   ${answersOf(campaign ?? '', job ?? '', answers)}`]),
    ...(output.length === 0 ? [] : ['', ...output.map((line) => `  | ${line}`)]),
    '',
    ...incident.history.map(({ at, what, by, text }) => printable(`  ${at}  ${what} by ${by}  ${text}`)),
  ].join('\n');
}
