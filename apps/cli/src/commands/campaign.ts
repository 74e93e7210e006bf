import { DIGEST, type Plan } from '@patchtide/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import { campaignSummary } from '../campaign-summary';
import type { Context } from '../context';
import { Failed } from '../failures';
import { pathOf } from '../paths';
import { planView } from '../plan/plan-view';
import { printable } from '../terminal/printable';
import { toneOf } from '../terminal/tone';
import { table } from '../terminal/table';
import type { CampaignView } from '../views';
import { watchCampaign } from '../watch/watch';

const PLAN_TIMEOUT_MS = 120_000;

/** What an operator asks of a campaign: the help, and what it means when it was granted. */
const CONTROLS = [
  ['start', 'start an approved campaign inside its window', 'is running'],
  [
    'pause',
    'begin nothing new; what runs goes on to its end',
    'pauses: nothing new begins, what runs goes on to its end',
  ],
  ['resume', 'end a pause', 'goes on'],
  ['abort', 'stop nothing more and give everything back, in order', 'gives everything back, in order'],
] as const;

export function addCampaign(program: Command, context: Context): void {
  const campaign = program.command('campaign').description('campaigns: one execution of one change');
  addLooks(campaign, context);
  campaign
    .command('approve <id>')
    .description('approve the present plan, by its digest')
    .option(
      '--digest <digest>',
      'approve only this plan (default: the one shown by the server now)',
      digestOption,
    )
    .option('--reason <text>', 'why; it is kept in the history')
    .action((id: string, options: ApproveOptions, command: Command) =>
      approve(context, id, options, command),
    );
  for (const [verb, what, done] of CONTROLS) {
    campaign
      .command(`${verb} <id>`)
      .description(what)
      .option('--reason <text>', 'why; it is kept in the history')
      .action(async (id: string, { reason = '' }: { reason?: string }, command: Command) => {
        const path = pathOf('campaigns', id, verb);
        const answer = await context.api(command).post<{ events: string[] }>(path, { reason });
        context.output.result(answer, ({ events }) => describe(id, done, events));
      });
  }
}

function addLooks(campaign: Command, context: Context): void {
  const { output, api } = context;
  campaign
    .command('list')
    .description('all campaigns, the latest first')
    .action((_options: object, command: Command) => list(context, command));
  campaign
    .command('show <id>')
    .description('how a campaign stands')
    .action(async (id: string, _options: object, command: Command) => {
      output.result(await api(command).get<CampaignView>(pathOf('campaigns', id)), campaignSummary);
    });
  campaign
    .command('plan <id>')
    .description('the plan that is executed')
    .option('--all', 'show every job, also where many are alike')
    .action(async (id: string, { all = false }: { all?: boolean }, command: Command) => {
      const path = pathOf('campaigns', id, 'plan');
      const plan = await api(command).get<Plan>(path, PLAN_TIMEOUT_MS);
      output.result(plan, (one, look) => planView(one, look, { all }));
    });
  campaign
    .command('watch <id>')
    .description('follow a campaign until it is closed; exit code 0 only when it completed')
    .action((id: string, _options: object, command: Command) => watchCampaign(api(command), id, output));
}

async function list({ output, api }: Context, command: Command): Promise<void> {
  const campaigns = await api(command).list<CampaignView>('/campaigns');
  output.result(campaigns, (all, look) =>
    all.length === 0
      ? 'No campaigns yet. Submit a change with "patchtide change submit <file>".'
      : table(
          ['campaign', 'status', 'servers', 'incidents', 'owed back', 'title'],
          all.map((c) => [
            c.id,
            { text: c.status, style: toneOf(c.status) },
            `${c.servers}`,
            { text: `${c.openIncidents}`, style: c.openIncidents > 0 ? 'red' : 'plain' },
            `${c.openObligations}`,
            c.title,
          ]),
          look,
        ),
  );
}

interface ApproveOptions {
  readonly digest?: string;
  readonly reason?: string;
}

async function approve(
  { output, api }: Context,
  id: string,
  { digest, reason = '' }: ApproveOptions,
  command: Command,
): Promise<void> {
  const approver = api(command, 'approver');
  const planDigest = digest ?? presentPlan(await approver.get<CampaignView>(pathOf('campaigns', id)));
  const path = pathOf('campaigns', id, 'approve');
  const answer = await approver.post<{ events: string[] }>(path, { planDigest, reason });
  const plan = printable(planDigest);
  output.result(answer, ({ events }) =>
    events.length === 0 ? `${id}: ${plan} is approved already.` : `Approved ${id}: ${plan}`,
  );
}

function digestOption(text: string): string {
  if (DIGEST.test(text)) return text;
  throw new InvalidArgumentError(
    'Copy it from "patchtide campaign plan <id>": sha256: and 64 hexadecimal digits.',
  );
}

function presentPlan({ id, status, planDigest }: CampaignView): string {
  if (planDigest !== null) return planDigest;
  const nextStep = `See "patchtide campaign show ${id}".`;
  throw new Failed(`${id} is ${status} and has no plan that could be approved`, [], nextStep);
}

function describe(id: string, done: string, events: readonly string[]): string {
  return events.length === 0 ? `${id}: nothing to do.` : `${id} ${done}.`;
}
