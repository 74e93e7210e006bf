import { printable } from '../terminal/printable';
import type { Writable } from '../terminal/terminal';
import { duration } from '../terminal/time';
import { type CampaignView, jobCount, resolvedText } from '../views';
import type { Picture } from './picture';
import type { View } from './view';

/** A log must not fill with the progress of one night. */
const LINE_EVERY_MS = 5_000;
const SETTLED = ['succeeded', 'completed', 'skipped'];

/** One line per change, for files, pipes and terminals without a cursor: what is new at once, progress now and then. */
export class ProgressLog implements View {
  private status = '';
  private progress = '';
  private saidAtMs = 0;
  private readonly incidents = new Map<string, string>();
  private last: Picture | null = null;

  constructor(private readonly out: Pick<Writable, 'write'>) {}

  show(picture: Picture): void {
    this.last = picture;
    this.showIncidents(picture);
    const isNew = picture.campaign.status !== this.status;
    if (isNew || picture.nowMs - this.saidAtMs >= LINE_EVERY_MS) this.showProgress(picture);
  }

  close(): void {
    if (this.last) this.showProgress(this.last);
  }

  private showProgress({ campaign, doubt, nowMs }: Picture): void {
    const text = doubt ? `STALE, ${doubt.why}` : progressOf(campaign);
    if (text === this.progress && campaign.status === this.status) return;
    this.say(nowMs, `${campaign.id} ${campaign.status}${text === '' ? '' : `: ${text}`}`);
    this.status = campaign.status;
    this.progress = text;
    this.saidAtMs = nowMs;
  }

  private showIncidents({ incidents, nowMs }: Picture): void {
    for (const incident of incidents) {
      const { id, name, status, summary } = incident;
      if (this.incidents.get(id) === status) continue;
      this.incidents.set(id, status);
      const what = status === 'resolved' ? resolvedText(incident) : `${status}: ${summary}`;
      this.say(nowMs, `incident ${name} ${what}`);
    }
  }

  private say(nowMs: number, text: string): void {
    this.out.write(`${new Date(nowMs).toISOString()} ${printable(text)}\n`);
  }
}

function progressOf(campaign: CampaignView): string {
  const { jobs, openIncidents, forecast } = campaign;
  const total = jobCount(campaign);
  if (total === 0) return '';
  const done = SETTLED.reduce((sum, status) => sum + (jobs[status] ?? 0), 0);
  const others = Object.entries(jobs).filter(([status]) => !SETTLED.includes(status) && status !== 'waiting');
  return [
    `${done} of ${total} jobs done`,
    ...others.map(([status, count]) => `${count} ${status}`),
    ...(openIncidents > 0 ? [`incidents open: ${openIncidents}`] : []),
    ...(forecast && campaign.startedAt !== null ? [ending(forecast)] : []),
  ].join(', ');
}

function ending({ end, slackMs }: NonNullable<CampaignView['forecast']>): string {
  return `ends ${end.slice(0, 19)}Z, ${duration(slackMs)} ${slackMs < 0 ? 'TOO LATE' : 'to spare'}`;
}
