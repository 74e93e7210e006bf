import type { Command } from 'commander';
import type { Context } from '../context';
import { table } from '../output';
import type { ObligationView } from '../views';
import { encode } from './campaign';

export function addObligation(program: Command, context: Context): void {
  program
    .command('obligation')
    .description('what campaigns took away and owe back')
    .command('list <campaign>')
    .description('stopped, muted and held; open ones first')
    .option('--all', 'those given back too')
    .action((campaign: string, options: { all?: boolean }, command: Command) =>
      list(context, campaign, options, command),
    );
}

async function list(
  context: Context,
  campaign: string,
  options: { all?: boolean },
  command: Command,
): Promise<void> {
  const obligations = await context
    .api(command)
    .get<ObligationView[]>(`/campaigns/${encode(campaign)}/obligations`);
  const shown = obligations.filter((obligation) => obligation.open || options.all === true);
  context.output.result(shown, (all) =>
    all.length === 0
      ? 'Nothing is owed.'
      : table(
          ['obligation', 'server', 'owner', 'since', 'given back'],
          all.map((o) => [
            o.id,
            o.server,
            o.owner ?? '',
            o.openedAt,
            o.open ? 'OPEN' : `${o.discharged?.how ?? ''} by ${o.discharged?.by ?? ''}`,
          ]),
        ),
  );
}
