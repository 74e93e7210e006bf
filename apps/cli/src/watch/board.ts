import type { Line } from '../terminal/line';
import { factLines } from './board-facts';
import { headLines } from './board-head';
import { incidentRows, underWayRows } from './board-lists';
import type { Picture } from './picture';

/** The room a board has. */
export interface Frame {
  readonly cells: number;
  readonly isUnicode: boolean;
  /** Exactly so many lines, whatever happens; absent: as many as there is something to say. */
  readonly rows?: number;
}

const BLANK: Line = [];
/** Two titles and the lines that keep the parts apart. */
const TITLES_AND_GAPS = 5;
const LEAST_INCIDENT_ROWS = 2;
const PRINTED_JOBS = 12;
const PRINTED_INCIDENTS = 20;

/**
 * A campaign on one board: how far, will it fit, what is owed, who is needed, what runs. On a screen only the list at
 * the bottom changes its length all the time, so that nothing moves under the reader's eyes.
 */
export function boardLines(picture: Picture, frame: Frame): Line[] {
  const head = headLines(picture, frame);
  if (frame.rows === undefined) return printed(picture, frame, head);
  const facts = factLines(picture, frame);
  const room = Math.max(0, frame.rows - head.length - facts.length - TITLES_AND_GAPS);
  const incidents = incidentRows(picture, frame, Math.max(LEAST_INCIDENT_ROWS, Math.floor(room / 2)));
  const above = [...head, BLANK, ...facts, BLANK, ...filled(incidents, LEAST_INCIDENT_ROWS + 1), BLANK];
  const forJobs = Math.max(0, frame.rows - above.length - 1);
  return filled([...above, ...underWayRows(picture, frame, forJobs)], frame.rows).slice(0, frame.rows);
}

/** For the end, and for a file: nothing is kept free, and what there is nothing to say of is left out. */
function printed(picture: Picture, frame: Frame, head: readonly Line[]): Line[] {
  const facts = factLines(picture, frame);
  const incidents = picture.incidents.length === 0 ? [] : incidentRows(picture, frame, PRINTED_INCIDENTS);
  const jobs = picture.underWay.length === 0 ? [] : underWayRows(picture, frame, PRINTED_JOBS);
  return [...head, ...facts, ...incidents, ...jobs].filter((line) => line.length > 0);
}

/** Empty lines behind, so that what stands below does not move. */
function filled(lines: readonly Line[], rows: number): Line[] {
  return [...lines, ...Array.from({ length: Math.max(0, rows - lines.length) }, () => BLANK)];
}
