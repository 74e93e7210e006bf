import type { Look } from './output';
import { counted } from './terminal/counted';
import { printable } from './terminal/printable';
import type { Paint } from './terminal/style';
import { dayAndTime, duration, stretch } from './terminal/time';
import { type CampaignView, zoneOf } from './views';

type Row = readonly [name: string, text: string];

/** How a campaign stands, in a few lines for people. */
export function campaignSummary(campaign: CampaignView, { paint }: Look): string {
  const rows = [...whatItIs(campaign), ...timesOf(campaign, paint), ...howItStands(campaign)];
  const title = paint(printable(`${campaign.id}  ${campaign.title}`), 'bold');
  return [title, ...rows.map(([name, text]) => `  ${name.padEnd(10)}  ${text}`)].join('\n');
}

function whatItIs(campaign: CampaignView): Row[] {
  const { window, approvals } = campaign;
  const zone = zoneOf(campaign);
  return [
    ['status', printable(campaign.status + because(campaign))],
    ['window', window ? printable(`${stretch(window.start, window.end, zone)} (${zone})`) : 'none'],
    ['policy', printable(campaign.policy ?? 'none')],
    ['asked for', printable(campaign.requestedBy ?? 'not known')],
    ['approved', printable(approvals.map(({ by }) => by).join(', ') || 'by nobody yet')],
  ];
}

function timesOf(campaign: CampaignView, paint: Paint): Row[] {
  const { startedAt, closed, forecast } = campaign;
  if (startedAt === null) return [];
  const at = (instant: string) => dayAndTime(instant, zoneOf(campaign));
  const rows: Row[] = [['started', at(startedAt)]];
  if (closed) rows.push(['closed', `${at(closed.at)}, ${counted(closed.serversPatched, 'server')} patched`]);
  if (forecast) rows.push(['forecast', `ends ${at(forecast.end)}, ${slackText(forecast.slackMs, paint)}`]);
  if (forecast && forecast.cause !== null) rows.push(['late by', printable(forecast.cause)]);
  return rows;
}

function howItStands(campaign: CampaignView): Row[] {
  const jobs = Object.entries(campaign.jobs).map(([status, count]) => `${count} ${status}`);
  const { planDigest, exhaustedBudgets, closedGates, reasons } = campaign;
  return [
    ['servers', `${campaign.servers}`],
    ['jobs', jobs.join(', ') || 'none yet'],
    ['owed back', `${campaign.openObligations}`],
    ['incidents', `${campaign.openIncidents} open`],
    ...(planDigest === null ? [] : [['plan', planDigest] as const]),
    ...exhaustedBudgets.map((scope): Row => [
      'budget',
      `of ${printable(scope)} is used up: nothing new is stopped there`,
    ]),
    ...closedGates.map((gate): Row => ['waits', printable(gate)]),
    ...reasons.map(({ path, message, remedy }): Row => [
      'rejected',
      printable(`${path} ${message}. ${remedy}`),
    ]),
  ];
}

function slackText(slackMs: number, paint: Paint): string {
  return slackMs >= 0 ? `${duration(slackMs)} to spare` : paint(`${duration(slackMs)} TOO LATE`, 'alarm');
}

/** Why a campaign is not simply going on. */
export function because({ paused, restore }: Pick<CampaignView, 'paused' | 'restore'>): string {
  if (restore) {
    const cause = restore.cause === 'abort' ? `aborted by ${restore.by}` : 'the window has closed';
    return `, ${cause}${reasonText(restore.reason)}`;
  }
  return paused ? `, paused by ${paused.by}${reasonText(paused.reason)}` : '';
}

function reasonText(reason: string): string {
  return reason === '' ? '' : `: ${reason}`;
}
