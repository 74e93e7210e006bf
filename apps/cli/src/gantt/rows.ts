import type { ApplicationForecast, Plan, PlanJob } from '@patchtide/contracts';
import { type ApplicationPlace, groupBy, placesOf, type ServerPlace } from '../plan/places';

/** A heading, with the applications whose outage is drawn beside it. */
export interface HeadingRow {
  readonly kind: 'wave' | 'application';
  readonly label: string;
  readonly y: number;
  readonly height: number;
  readonly outages: readonly ApplicationForecast[];
}

/** A server or a component with its jobs. */
export interface LaneRow {
  readonly kind: 'server' | 'component';
  readonly label: string;
  readonly y: number;
  readonly height: number;
  readonly jobs: readonly PlanJob[];
}

export type GanttRow = HeadingRow | LaneRow;

/** Up to so many servers have a row for each of their components. */
const IN_DETAIL = 40;

/** The rows of the picture from above, the first one at `top`; of a large plan a row holds a server with everything on it. */
export function ganttRows(
  plan: Plan,
  top: number,
): { readonly rows: readonly GanttRow[]; readonly bottom: number } {
  let y = top;
  const rows = unplacedRows(plan).map((row): GanttRow => {
    const placed = { ...row, y };
    y += row.height;
    return placed;
  });
  return { rows, bottom: y };
}

function unplacedRows(plan: Plan): Unplaced[] {
  const isDetailed = Object.keys(plan.servers).length <= IN_DETAIL;
  const outages = new Map(plan.forecast.applications.map((one) => [one.application, one]));
  const rowsOf = (place: ApplicationPlace): Unplaced[] => [
    heading(place, outages),
    ...place.servers.flatMap((server) => laneRows(server, isDetailed)),
  ];
  return placesOf(plan).flatMap(({ position, waves }) =>
    waves.flatMap(({ wave, applications }): Unplaced[] => {
      const window = plan.windows.length === 1 ? '' : `window ${position + 1}, `;
      const title: Unplaced = { kind: 'wave', label: `${window}wave ${wave}`, height: 22, outages: [] };
      return [title, ...applications.flatMap(rowsOf)];
    }),
  );
}

type Unplaced = Omit<HeadingRow, 'y'> | Omit<LaneRow, 'y'>;

/** An outage is drawn once, where its application comes first. */
function heading({ applications }: ApplicationPlace, outages: Map<string, ApplicationForecast>): Unplaced {
  const drawn = applications.flatMap((application) => outages.get(application) ?? []);
  for (const { application } of drawn) outages.delete(application);
  const label = applications.length === 0 ? 'no application' : applications.join(' + ');
  return { kind: 'application', label, height: 20, outages: drawn };
}

function laneRows({ server, jobs }: ServerPlace, isDetailed: boolean): Unplaced[] {
  if (!isDetailed) return [{ kind: 'server', label: server.name, height: 12, jobs }];
  const ofServer = jobs.filter(({ tier }) => tier === null);
  const components = groupBy(
    jobs.filter(({ tier }) => tier !== null),
    ({ ci }) => ci,
  );
  return [
    { kind: 'server', label: server.name, height: 18, jobs: ofServer },
    ...[...components.values()].map((list): Unplaced => ({
      kind: 'component',
      label: componentLabel(list),
      height: 16,
      jobs: list,
    })),
  ];
}

function componentLabel([job]: readonly PlanJob[]): string {
  if (job === undefined) return '';
  return `${job.tier ?? ''} ${job.name.split('_').slice(2).join('_')}`;
}
