import type { Command } from 'commander';
import { type Api, ApiError } from '../api';
import type { Context } from '../context';
import { Failed } from '../failures';
import { readChange } from '../read-change';
import { counted } from '../terminal/counted';
import { dayAndTime } from '../terminal/time';
import { type CampaignView, jobCount, zoneOf } from '../views';
import { waitFor } from '../wait-for';

const PLANNING_TIMEOUT_MS = 60_000;
const LOOK_MS = 200;
const WITHOUT_PLAN = new Set(['none', 'planning']);

export function addChange(program: Command, context: Context): void {
  const change = program.command('change').description('approved changes');
  change
    .command('submit <file>')
    .description('submit a change; waits until it has a plan, or every reason why it has none')
    .action((file: string, _options: object, command: Command) => submit(context, file, command));
}

async function submit(context: Context, file: string, command: Command): Promise<void> {
  const now = new Date().toISOString();
  const { value, faults } = await readChange(file, now);
  if (!value) throw new Failed(`${file} is not submitted:`, faults);
  const api = context.api(command);
  const before = (await lookAt(api, value.id))?.revision ?? 0;
  const { campaign: id, events } = await api.post<{ campaign: string; events: string[] }>('/changes', value);
  const campaign = await planned(api, id, events.includes('ChangeAccepted') ? before + 1 : before);
  if (campaign.status === 'rejected') {
    throw new Failed(`${id} has no plan:`, campaign.reasons, 'Correct it and submit the change again.');
  }
  context.output.result(campaign, describe);
}

function describe(campaign: CampaignView): string {
  const { id, status, servers, window } = campaign;
  const begin = window ? `${dayAndTime(window.start, zoneOf(campaign))} (${zoneOf(campaign)})` : 'its window';
  return [
    `${id} is ${status}: ${counted(servers, 'server')}, ${counted(jobCount(campaign), 'job')}.`,
    `Look at the plan with "patchtide campaign plan ${id}".`,
    status === 'planned'
      ? `Approve it with "patchtide campaign approve ${id}".`
      : status === 'approved'
        ? `It starts by itself at ${begin}. Follow it with "patchtide campaign watch ${id}".`
        : `Follow it with "patchtide campaign watch ${id}".`,
  ].join('\n');
}

/** The campaign as the server shows it; null while it shows none. */
async function lookAt(api: Api, id: string): Promise<CampaignView | null> {
  try {
    return await api.get<CampaignView>(`/campaigns/${encodeURIComponent(id)}`);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** What the server shows lags behind what it has accepted: an answer to an earlier revision is none to this one. */
function planned(api: Api, id: string, revision: number): Promise<CampaignView> {
  const look = async (): Promise<CampaignView | null> => {
    const campaign = await lookAt(api, id);
    const isAnswered = campaign && campaign.revision >= revision && !WITHOUT_PLAN.has(campaign.status);
    return isAnswered ? campaign : null;
  };
  const nextStep = `It is accepted and may still be planned: see "patchtide campaign show ${id}".`;
  const what = `the plan of ${id}`;
  return waitFor(look, { timeoutMs: PLANNING_TIMEOUT_MS, everyMs: LOOK_MS, what, nextStep });
}
