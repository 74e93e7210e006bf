import type { Plan, PlanJob, Window } from '@patchtide/contracts';
import { counted } from '../terminal/counted';
import type { OutlineRow } from '../terminal/outline';
import type { Span } from '../terminal/style';
import { clock, dayAndTime, duration, stretch } from '../terminal/time';
import { type Alike, alike } from './alike';
import { estimateWords } from './estimate-words';
import { type ApplicationPlace, placesOf, type ServerPlace, type WavePlace } from './places';
import { inBrief } from './brief';

const DAY_MS = 24 * 3_600_000;

/** The jobs as a tree: window, wave, application, server. `whole`: every job, else a line for servers that are alike. */
export function treeRows(plan: Plan, whole: boolean): OutlineRow[] {
  const critical = new Set(plan.forecast.criticalPath);
  return placesOf(plan).flatMap(({ position, window, waves }) => {
    const branch = new Branch(window, critical, whole);
    const { start, end, timezone } = window;
    const which = plan.windows.length === 1 ? 'Window' : `Window ${position + 1}`;
    return [
      null,
      { depth: 0, text: `${which}: ${stretch(start, end, timezone)} (${timezone})`, style: 'bold' },
      ...waves.flatMap((wave) => branch.wave(wave)),
    ];
  });
}

/** What is in one window, in its times. */
class Branch {
  constructor(
    private readonly window: Window,
    private readonly critical: ReadonlySet<string>,
    private readonly whole: boolean,
  ) {}

  wave({ wave, applications }: WavePlace): OutlineRow[] {
    const servers = applications.flatMap((one) => one.servers);
    const jobs = servers.flatMap((one) => one.jobs);
    const size = `${counted(servers.length, 'server')}, ${counted(jobs.length, 'job')}`;
    return [
      { depth: 1, text: `wave ${wave}: ${size}, ${this.span(jobs)}`, style: 'bold' },
      ...applications.flatMap((application) => this.application(application)),
    ];
  }

  private application({ applications, servers }: ApplicationPlace): OutlineRow[] {
    const title = applications.length === 0 ? 'no application' : applications.join(' + ');
    const jobs = servers.flatMap((one) => one.jobs);
    const text = `${title}: ${counted(servers.length, 'server')}${this.downtime(jobs)}`;
    return [
      { depth: 2, text, style: 'cyan' },
      ...(this.whole
        ? servers.flatMap((one) => this.server(one))
        : alike(servers).map((one) => this.alike(one))),
    ];
  }

  private downtime(jobs: readonly PlanJob[]): string {
    const stops = jobs.filter(({ action }) => action === 'STOP');
    const starts = jobs.filter(({ action }) => action === 'START');
    if (stops.length === 0 || starts.length === 0) return '';
    const from = extreme(
      stops.map((job) => job.estimatedStart),
      Math.min,
    );
    const to = extreme(
      starts.map((job) => job.estimatedEnd),
      Math.max,
    );
    return `, down ${this.time(from)}-${this.time(to)} (${duration(Date.parse(to) - Date.parse(from))})`;
  }

  private server({ server, tiers, jobs }: ServerPlace): OutlineRow[] {
    const name = server.name === server.id ? server.name : `${server.name} (${server.id})`;
    const tier = tiers.length === 0 ? '' : `${tiers.join(', ')}: `;
    const known = new Set<string>();
    return [
      { depth: 3, text: `${tier}${name}, ${server.os}, ${server.site}` },
      ...jobs.flatMap((job) => {
        const gates = job.gates.filter((gate) => !known.has(gate));
        for (const gate of gates) known.add(gate);
        return [this.job(job), ...extras({ ...job, gates }).map(extraRow)];
      }),
    ];
  }

  private job(job: PlanJob): OutlineRow {
    const isCritical = this.critical.has(job.id);
    const style = isCritical ? 'bold' : 'plain';
    const cells: Span[] = [
      { text: `${this.time(job.estimatedStart)}-${this.time(job.estimatedEnd)}` },
      { text: duration(job.estimateMs) },
      { text: `${isCritical ? '* ' : '  '}${job.name}`, style },
      { text: estimateWords(job), style: 'dim' },
    ];
    return { depth: 4, cells };
  }

  private alike({ tiers, places }: Alike): OutlineRow {
    const jobs = places.flatMap((place) => place.jobs);
    const isCritical = jobs.some(({ id }) => this.critical.has(id));
    const cells = [
      { text: tiers.length === 0 ? '-' : tiers.join(', ') },
      { text: firstOf(places) },
      { text: this.span(jobs) },
      { text: `${isCritical ? '* ' : '  '}${inBrief(places[0]?.jobs ?? [])}`, style: 'dim' as const },
    ];
    return { depth: 3, cells };
  }

  private span(jobs: readonly PlanJob[]): string {
    const from = extreme(
      jobs.map((job) => job.estimatedStart),
      Math.min,
    );
    return `${this.time(from)}-${this.time(
      extreme(
        jobs.map((job) => job.estimatedEnd),
        Math.max,
      ),
    )}`;
  }

  /** The time of day says it all in a window of a night. */
  private time(instant: string): string {
    const { start, end, timezone } = this.window;
    const isLong = Date.parse(end) - Date.parse(start) > DAY_MS;
    return (isLong ? dayAndTime : clock)(instant, timezone);
  }
}

/** Of a condition, the first job on a server that waits for it says so. */
function extraRow(text: string): OutlineRow {
  return { depth: 6, text, style: 'yellow' };
}

function firstOf(places: readonly ServerPlace[]): string {
  const more = places.length - 1;
  return `${places[0]?.server.name ?? ''}${more === 0 ? '' : ` and ${more} more`}`;
}

/** What a job waits for that is no job, and what a person does: never left out. */
export function extras({ gates, instructions }: PlanJob): string[] {
  return [
    ...(gates.length === 0 ? [] : [`waits until the business says: ${gates.join(', ')}`]),
    ...(instructions === null ? [] : [`by hand: ${instructions}`]),
  ];
}

function extreme(instants: readonly string[], choose: (...ms: number[]) => number): string {
  const ms = instants.map((instant) => Date.parse(instant)).reduce((a, b) => choose(a, b));
  return new Date(ms).toISOString();
}
