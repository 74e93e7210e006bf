import type { Plan } from '@patchtide/contracts';
import type { Command } from 'commander';
import type { Context } from '../context';
import { table } from '../output';
import { minutes, planSummary } from '../plan-summary';
import type { CampaignView } from '../views';
import { watchCampaign } from '../watch/watch';

export function addCampaign(program: Command, context: Context): void {
  const campaign = program.command('campaign').description('campaigns: one execution of one change');
  campaign
    .command('list')
    .description('all campaigns, the latest first')
    .action((_options: object, command: Command) => list(context, command));
  campaign
    .command('show <id>')
    .description('how a campaign stands')
    .action((id: string, _options: object, command: Command) => show(context, id, command));
  campaign
    .command('plan <id>')
    .description('the plan that is executed')
    .action(async (id: string, _options: object, command: Command) => {
      context.output.result(
        await context.api(command).get<Plan>(`/campaigns/${encode(id)}/plan`),
        planSummary,
      );
    });
  campaign
    .command('approve <id>')
    .description('approve the present plan, by its digest')
    .option('--digest <digest>', 'approve only this plan (default: the one shown by the server now)')
    .option('--reason <text>', 'why', '')
    .action((id: string, options: { digest?: string; reason: string }, command: Command) =>
      approve(context, id, options, command),
    );
  for (const [verb, what] of [
    ['start', 'start an approved campaign inside its window'],
    ['pause', 'start nothing new; what runs is finished'],
    ['resume', 'go on'],
    ['abort', 'stop nothing more and give everything back, in order'],
  ] as const) {
    campaign
      .command(`${verb} <id>`)
      .description(what)
      .option('--reason <text>', 'why', '')
      .action((id: string, options: { reason: string }, command: Command) =>
        control(context, id, verb, options.reason, command),
      );
  }
  campaign
    .command('watch <id>')
    .description('follow a campaign until it is closed; exit code 0 only when it completed')
    .action(async (id: string, _options: object, command: Command) =>
      watchCampaign(context.api(command), id, context.output),
    );
}

async function list(context: Context, command: Command): Promise<void> {
  const campaigns = await context.api(command).get<CampaignView[]>('/campaigns');
  context.output.result(campaigns, (all) =>
    table(
      ['campaign', 'status', 'servers', 'incidents', 'obligations', 'title'],
      all.map((c) => [c.id, c.status, `${c.servers}`, `${c.openIncidents}`, `${c.openObligations}`, c.title]),
    ),
  );
}

async function show(context: Context, id: string, command: Command): Promise<void> {
  context.output.result(await context.api(command).get<CampaignView>(`/campaigns/${encode(id)}`), describe);
}

/** A campaign in a few lines for people. */
function describe(campaign: CampaignView): string {
  const { forecast } = campaign;
  const jobs = Object.entries(campaign.jobs).map(([status, count]) => `${count} ${status}`);
  return [
    `${campaign.id}  ${campaign.title}`,
    `  status       ${campaign.status}`,
    `  window       ${campaign.window ? `${campaign.window.start} to ${campaign.window.end}` : 'none'}`,
    `  servers      ${campaign.servers}`,
    `  jobs         ${jobs.join(', ') || 'none yet'}`,
    `  owed back    ${campaign.openObligations}`,
    `  incidents    ${campaign.openIncidents} open`,
    ...(forecast
      ? [
          `  forecast     ${forecast.end}, ${minutes(forecast.slackMs)} ${forecast.fits ? 'to spare' : 'TOO LATE'}`,
        ]
      : []),
    ...(campaign.planDigest === null ? [] : [`  plan         ${campaign.planDigest}`]),
    ...campaign.exhaustedBudgets.map(
      (scope) => `  budget of ${scope} is used up: nothing new is stopped there`,
    ),
    ...campaign.reasons.map((fault) => `  rejected     ${fault.path} ${fault.message}. ${fault.remedy}`),
  ].join('\n');
}

async function approve(
  context: Context,
  id: string,
  options: { digest?: string; reason: string },
  command: Command,
): Promise<void> {
  const api = context.api(command, 'approver');
  const planDigest = options.digest ?? (await api.get<CampaignView>(`/campaigns/${encode(id)}`)).planDigest;
  const answer = await api.post<object>(`/campaigns/${encode(id)}/approve`, {
    planDigest,
    reason: options.reason,
  });
  context.output.result(answer, () => `Approved ${id}: ${planDigest}`);
}

async function control(
  context: Context,
  id: string,
  verb: string,
  reason: string,
  command: Command,
): Promise<void> {
  const api = context.api(command);
  const answer = await api.post<{ events: string[] }>(`/campaigns/${encode(id)}/${verb}`, { reason });
  context.output.result(answer, ({ events }) =>
    events.length === 0 ? `${id}: nothing to do.` : `${id}: ${events.slice(0, 5).join(', ')}.`,
  );
}

export function encode(id: string): string {
  return encodeURIComponent(id);
}
