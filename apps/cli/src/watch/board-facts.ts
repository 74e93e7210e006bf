import { because } from '../campaign-summary';
import { type Line, sideBySide } from '../terminal/line';
import type { Span } from '../terminal/style';
import { clock, dayAndTime, duration } from '../terminal/time';
import { type CampaignView, zoneOf } from '../views';
import type { Frame } from './board';
import type { Picture } from './picture';
import type { TallyView } from './tally';

const LABEL_CELLS = 11;

/** Waves, forecast, what is owed, and what people must know now: one line each, on a screen always. */
export function factLines(picture: Picture, { cells, isUnicode, rows }: Frame): Line[] {
  const { campaign, tally } = picture;
  const news = notice(picture);
  const room = cells - LABEL_CELLS;
  return [
    labelled('waves', sideBySide(waves(tally, isUnicode), room)),
    labelled(campaign.closed ? 'result' : 'forecast', sideBySide(forecast(campaign), room)),
    labelled('owed back', [{ text: owed(campaign, tally) }]),
    ...(news !== null || rows !== undefined
      ? [labelled('notice', [news ?? { text: 'none', style: 'dim' }])]
      : []),
  ];
}

function labelled(label: string, line: Line): Line {
  return [{ text: label.padEnd(LABEL_CELLS), style: 'dim' }, ...line];
}

function waves(tally: TallyView | null, isUnicode: boolean): Line[] {
  if (!tally || tally.waves.length === 0) return [[{ text: 'none yet', style: 'dim' }]];
  return tally.waves.map(({ name, jobs, settled }): Line => {
    const isDone = settled === jobs;
    const mark = isDone ? ` ${isUnicode ? '✓' : 'done'}` : '';
    const style = isDone ? 'green' : settled > 0 ? 'plain' : 'dim';
    return [{ text: `${name} ${settled}/${jobs}${mark}`, style }];
  });
}

function forecast(campaign: CampaignView): Line[] {
  const { closed, startedAt, window } = campaign;
  const zone = zoneOf(campaign);
  if (closed) {
    const patched = `${closed.serversPatched} of ${campaign.servers} servers patched`;
    return [[{ text: `closed ${dayAndTime(closed.at, zone)}` }], [{ text: patched }]];
  }
  if (startedAt === null) {
    return [
      [{ text: window ? `starts ${dayAndTime(window.start, zone)} at the earliest` : 'not known yet' }],
    ];
  }
  if (!campaign.forecast) return [[{ text: 'not known yet' }]];
  const { end, slackMs, decidedBy, cause } = campaign.forecast;
  const why = cause ?? (decidedBy === null ? null : `decided by ${decidedBy}`);
  return [
    [{ text: `ends ${clock(end, zone)}` }],
    [slack(slackMs)],
    why === null ? [] : [{ text: why, style: cause === null ? 'dim' : 'yellow' }],
  ];
}

function slack(slackMs: number): Span {
  if (slackMs < 0) return { text: `${duration(slackMs)} TOO LATE`, style: 'alarm' };
  return { text: `${duration(slackMs)} to spare`, style: 'green' };
}

const KINDS = ['stopped', 'muted', 'held'];

/** The tally runs ahead of the campaign's own count by moments; the two are not mixed. */
function owed({ openObligations }: CampaignView, tally: TallyView | null): string {
  if (!tally) return `${openObligations}`;
  const kinds = KINDS.map((kind) => [kind, tally.owed[kind] ?? 0] as const).filter(([, count]) => count > 0);
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  return total === 0 ? 'nothing' : `${total}: ${kinds.map(([kind, count]) => `${count} ${kind}`).join(', ')}`;
}

/** What people must know now, the most urgent alone; null when there is nothing. */
function notice({ campaign, doubt, nowMs }: Picture): Span | null {
  const { status, restore, paused, reasons, id } = campaign;
  if (doubt !== null) {
    return { text: `STALE, last seen ${duration(nowMs - doubt.takenMs)} ago: ${doubt.why}`, style: 'alarm' };
  }
  if (status === 'needs-hands')
    return { text: 'nothing can go on by itself: people are needed', style: 'alarm' };
  if (status === 'rejected') return { text: `rejected: ${reasons[0]?.message ?? ''}`, style: 'red' };
  if (status === 'planned')
    return { text: `needs approval: patchtide campaign approve ${id}`, style: 'yellow' };
  if (restore ?? paused) return { text: because(campaign).slice(2), style: 'yellow' };
  return closed(campaign);
}

/** Budgets and gates that keep a campaign from going on as planned. */
function closed({ exhaustedBudgets, closedGates }: CampaignView): Span | null {
  if (exhaustedBudgets.length > 0)
    return { text: `budget used up, nothing new is stopped: ${exhaustedBudgets.join(', ')}`, style: 'red' };
  return closedGates.length > 0 ? { text: closedGates.join('; '), style: 'yellow' } : null;
}
