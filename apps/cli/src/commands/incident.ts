import type { Command } from 'commander';
import type { Context } from '../context';
import { table } from '../output';
import { minutes } from '../plan-summary';
import type { IncidentView } from '../views';
import { encode } from './campaign';

export function addIncident(program: Command, context: Context): void {
  const incident = program.command('incident').description('what somebody has to look at');
  incident
    .command('list')
    .description('open incidents, those with the least slack first')
    .option('--all', 'resolved ones too')
    .option('--campaign <id>', 'only those of one campaign')
    .action((options: { all?: boolean; campaign?: string }, command: Command) =>
      list(context, options, command),
    );
  incident
    .command('show <id>')
    .description('one incident with its output and history')
    .action(async (id: string, _options: object, command: Command) => {
      context.output.result(
        await context.api(command).get<IncidentView>(`/incidents/${encode(id)}`),
        describe,
      );
    });
  for (const [verb, what] of [
    ['ack', 'say that you look at it'],
    ['resolve', 'close an incident that belongs to no job'],
  ] as const) {
    incident
      .command(`${verb} <id>`)
      .description(what)
      .option('--note <text>', 'what you know', '')
      .action(async (id: string, { note }: { note: string }, command: Command) => {
        const done = await context
          .api(command)
          .post<{ status: string }>(`/incidents/${encode(id)}/${verb}`, { note });
        context.output.result(done, ({ status }) => `${id} is ${status}.`);
      });
  }
}

async function list(
  context: Context,
  options: { all?: boolean; campaign?: string },
  command: Command,
): Promise<void> {
  const query = new URLSearchParams(options.all === true ? {} : { status: 'open,acknowledged' });
  if (options.campaign !== undefined) query.set('campaign', options.campaign);
  const incidents = await context.api(command).get<IncidentView[]>(`/incidents?${query.toString()}`);
  context.output.result(incidents, (all) =>
    all.length === 0
      ? 'No incidents.'
      : table(
          ['incident', 'status', 'slack', 'waiting', 'id', 'summary'],
          all.map((i) => [
            i.name,
            i.status,
            i.slackMs === null ? '' : minutes(i.slackMs),
            `${i.waiting}`,
            i.id,
            i.summary,
          ]),
        ),
  );
}

function describe(incident: IncidentView): string {
  return [
    `${incident.name} (${incident.id})`,
    `  status    ${incident.status}${incident.resolvedHow === null ? '' : ` (${incident.resolvedHow})`}, opened ${incident.timesOpened} time(s)`,
    `  summary   ${incident.summary}`,
    `  waiting   ${incident.waiting} jobs${incident.slackMs === null ? '' : `, slack ${minutes(incident.slackMs)}`}`,
    ...(incident.answers.length === 0
      ? []
      : [`  answers   patchtide job ${incident.answers.join('|')} ${incident.campaign} ${incident.job}`]),
    ...(incident.outputTail === ''
      ? []
      : ['', ...incident.outputTail.split('\n').map((line) => `  | ${line}`)]),
    '',
    ...incident.history.map((entry) => `  ${entry.at}  ${entry.what} by ${entry.by}  ${entry.text}`),
  ].join('\n');
}
