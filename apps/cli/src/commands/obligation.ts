import type { Command } from 'commander';
import type { Context } from '../context';
import { pathOf } from '../paths';
import { type Cell, table } from '../terminal/table';
import { since } from '../terminal/time';
import type { ObligationView } from '../views';

export function addObligation(program: Command, context: Context): void {
  const obligation = program.command('obligation').description('what campaigns took away and owe back');
  obligation
    .command('list <campaign>')
    .description('stopped, muted and held; open ones first')
    .option('--all', 'those given back, too')
    .action((campaign: string, options: { all?: boolean }, command: Command) =>
      list(context, campaign, options, command),
    );
}

async function list(
  { output, api }: Context,
  campaign: string,
  { all }: { all?: boolean },
  command: Command,
): Promise<void> {
  const obligations = await api(command).list<ObligationView>(pathOf('campaigns', campaign, 'obligations'));
  const shown = obligations.filter(({ open }) => open || all === true);
  const now = Date.now();
  output.result(shown, (them, look) =>
    them.length === 0
      ? 'Nothing is owed.'
      : table(
          ['obligation', 'server', 'owner', 'open for', 'given back'],
          them.map((one) => rowOf(one, now)),
          look,
        ),
  );
}

function rowOf({ id, server, owner, openedAt, open, discharged }: ObligationView, now: number): Cell[] {
  const end = open || discharged === null ? now : Date.parse(discharged.at);
  const how = discharged === null ? '' : `${discharged.how} by ${discharged.by}`;
  return [id, server, owner ?? '', since(openedAt, end), open ? { text: 'OPEN', style: 'yellow' } : how];
}
