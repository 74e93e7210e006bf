import type { Change } from '@patchtide/contracts';
import { checkChange } from '@patchtide/domain';
import type { Command } from 'commander';
import type { Api } from '../api';
import type { Context } from '../context';
import { FaultsFound } from '../faults-found';
import { readDocument } from '../read-document';
import { waitFor } from '../wait-for';
import type { CampaignView } from '../views';

const PLANNING_TIMEOUT_MS = 60_000;

export function addChange(program: Command, context: Context): void {
  program
    .command('change')
    .description('approved changes')
    .command('submit <file>')
    .description('submit a change; waits until it has a plan, or every reason why it has none')
    .action((file: string, _options: object, command: Command) => submit(context, file, command));
}

async function submit(context: Context, file: string, command: Command): Promise<void> {
  const now = new Date().toISOString();
  const { value, faults } = await readDocument<Change>(file, 'change', (change) => checkChange(change, now));
  if (!value) throw new FaultsFound(`${file} is not submitted:`, faults);
  const api = context.api(command);
  const { campaign: id } = await api.post<{ campaign: string }>('/changes', value);
  const campaign = await planned(api, id);
  if (campaign.status === 'rejected')
    throw new FaultsFound(`${id} has no plan:`, campaign.reasons, 'Correct the change and submit it again.');
  context.output.result(campaign, () =>
    [
      `${id} is ${campaign.status}: ${campaign.servers} servers, ${Object.values(campaign.jobs).reduce((a, b) => a + b, 0)} jobs.`,
      `Look at it with "patchtide campaign plan ${id}".`,
      campaign.status === 'planned'
        ? `Approve it with "patchtide campaign approve ${id}".`
        : `It starts at ${campaign.window?.start ?? 'its window'}.`,
    ].join('\n'),
  );
}

async function planned(api: Api, id: string): Promise<CampaignView> {
  return waitFor(
    async () => {
      const campaign = await api.get<CampaignView>(`/campaigns/${id}`).catch((error: unknown) => {
        if ((error as { status?: number }).status === 404) return null;
        throw error;
      });
      return campaign && campaign.status !== 'planning' && campaign.status !== 'none' ? campaign : null;
    },
    { timeoutMs: PLANNING_TIMEOUT_MS, everyMs: 200, what: `the plan of ${id}` },
  );
}
