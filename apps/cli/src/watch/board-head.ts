import { counted } from '../terminal/counted';
import { type Line, sideBySide, spread } from '../terminal/line';
import type { Style } from '../terminal/style';
import { since, stretch } from '../terminal/time';
import { toneOf } from '../terminal/tone';
import { type CampaignView, jobCount } from '../views';
import type { Frame } from './board';
import type { Picture } from './picture';
import { progressBar, type Shares } from './progress-bar';

const NARROWEST_BAR = 10;
const WIDEST_BAR = 100;

/** Which campaign, since when, how far: four lines and one between them. */
export function headLines({ campaign, nowMs }: Picture, { cells, isUnicode }: Frame): Line[] {
  const shares = sharesOf(campaign);
  const total = jobCount(campaign);
  const percent = total === 0 ? 0 : Math.floor((shares.done / total) * 100);
  const figures = ` ${count(shares.done, total)}/${total} jobs ${String(percent).padStart(3)} %`;
  const room = Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, cells - figures.length));
  return [
    spread(
      [{ text: `${campaign.id}  ${campaign.title}`, style: 'bold' }],
      [{ text: `${campaign.status}${elapsed(campaign, nowMs)}`, style: toneOf(campaign.status) }],
      cells,
    ),
    sideBySide(
      [
        [{ text: windowText(campaign) }],
        text(counted(campaign.servers, 'server')),
        text(policyText(campaign)),
      ],
      cells,
    ),
    [],
    [...progressBar(shares, room, isUnicode), { text: figures }],
    stateLine(campaign, shares, cells),
  ];
}

function text(words: string): Line {
  return words === '' ? [] : [{ text: words }];
}

function windowText({ window }: CampaignView): string {
  return window
    ? `${stretch(window.start, window.end, window.timezone)} (${window.timezone})`
    : 'no window yet';
}

function policyText({ policy }: CampaignView): string {
  return policy === null ? '' : `policy ${policy}`;
}

function elapsed({ startedAt, closed, status }: CampaignView, nowMs: number): string {
  if (startedAt === null) return '';
  if (closed) return ` after ${since(startedAt, Date.parse(closed.at))}`;
  return status === 'running'
    ? ` for ${since(startedAt, nowMs)}`
    : `, started ${since(startedAt, nowMs)} ago`;
}

function sharesOf({ jobs }: CampaignView): Shares {
  const sum = (...names: string[]) => names.reduce((total, name) => total + (jobs[name] ?? 0), 0);
  return {
    done: sum('succeeded', 'completed', 'skipped'),
    underWay: sum('running', 'dispatched'),
    failing: sum('failed', 'unknown'),
    waiting: sum('waiting', 'taken-over'),
  };
}

/** Every state at its place, whether or not a job is in it: figures that appear and vanish make people look twice. */
function stateLine(campaign: CampaignView, shares: Shares, cells: number): Line {
  const { jobs } = campaign;
  const total = jobCount(campaign);
  const states: (readonly [number, string, Style])[] = [
    [shares.done, 'done', 'green'],
    [shares.underWay, 'under way', 'cyan'],
    [shares.waiting - (jobs['taken-over'] ?? 0), 'waiting', 'plain'],
    [jobs['failed'] ?? 0, 'failed', 'red'],
    [jobs['unknown'] ?? 0, 'unknown', 'alarm'],
    [jobs['taken-over'] ?? 0, 'taken over', 'yellow'],
    [jobs['skipped'] ?? 0, 'skipped', 'yellow'],
  ];
  const pieces = states.map(([n, name, style]): Line => [
    { text: `${count(n, total)} ${name}`, style: n === 0 ? 'dim' : style },
  ]);
  return sideBySide(pieces, cells, '  ');
}

function count(n: number, total: number): string {
  return String(n).padStart(String(total).length);
}
