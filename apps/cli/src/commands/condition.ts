import type { Command } from 'commander';
import type { Context } from '../context';
import { instantOption } from '../make-plan';
import { pathOf } from '../paths';
import { printable } from '../terminal/printable';
import { type Cell, table } from '../terminal/table';
import { dayAndTime } from '../terminal/time';
import { type CampaignView, type ConditionView, zoneOf } from '../views';

interface Statement {
  readonly reason: string;
  readonly until?: string;
}

export function addCondition(program: Command, context: Context): void {
  const condition = program
    .command('condition')
    .description('conditions of the business that stops wait for, such as month-end-closed');
  condition
    .command('list <campaign>')
    .description('what a campaign waits for, whether it holds, and who said so')
    .action((campaign: string, _options: object, command: Command) => list(context, campaign, command));
  condition
    .command('publish <campaign> <condition>')
    .description('state for one campaign that a condition is met; what waits for it may stop')
    .requiredOption('--reason <text>', 'how you know; it is kept in the history')
    .option('--until <time>', 'from then on it does not count any more, ISO 8601 with zone')
    .action((campaign: string, name: string, statement: Statement, command: Command) =>
      state(context, { campaign, name, verb: 'publish', done: 'counts as met' }, statement, command),
    );
  condition
    .command('withdraw <campaign> <condition>')
    .description('state for one campaign that it is not met any more; nothing further is stopped for it')
    .requiredOption('--reason <text>', 'why; it is kept in the history')
    .action((campaign: string, name: string, statement: Statement, command: Command) =>
      state(context, { campaign, name, verb: 'withdraw', done: 'is withdrawn' }, statement, command),
    );
}

interface Wish {
  readonly campaign: string;
  readonly name: string;
  readonly verb: 'publish' | 'withdraw';
  readonly done: string;
}

async function state(
  { api, output }: Context,
  { campaign, name, verb, done }: Wish,
  { reason, until }: Statement,
  command: Command,
): Promise<void> {
  const path = pathOf('campaigns', campaign, 'conditions', name, verb);
  const body = { reason, ...(until === undefined ? {} : { until: instantOption(until, '--until') }) };
  const answer = await api(command).post<{ events: string[] }>(path, body);
  output.result(answer, ({ events }) =>
    printable(events.length === 0 ? `${name}: nothing to do.` : `${name} ${done} for ${campaign}.`),
  );
}

async function list({ api, output }: Context, campaign: string, command: Command): Promise<void> {
  const server = api(command);
  const conditions = await server.list<ConditionView>(pathOf('campaigns', campaign, 'conditions'));
  const zone = zoneOf(await server.get<CampaignView>(pathOf('campaigns', campaign)));
  output.result(conditions, (all, look) =>
    all.length === 0
      ? 'No job waits for a condition.'
      : table(
          ['condition', 'holds', 'jobs waiting', 'said by', 'since', 'reason'],
          all.map((one) => rowOf(one, zone)),
          look,
        ),
  );
}

function rowOf({ name, met, until, by, at, reason, waiting }: ConditionView, zone: string): Cell[] {
  const time = (moment: string) => dayAndTime(moment, zone);
  const yes = until === null ? 'yes' : `until ${time(until)}`;
  return [
    name,
    met ? { text: yes, style: 'green' } : { text: 'NO', style: 'yellow' },
    `${waiting}`,
    by ?? 'nobody',
    at === null ? '' : time(at),
    reason,
  ];
}
