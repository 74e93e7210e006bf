import { type FindingGroup, groupFindings, hostsIn, type Round, type ServerVerdict } from '@patchtide/domain';
import type { Look } from '../output';
import { counted } from '../terminal/counted';
import type { Paint } from '../terminal/style';
import { table } from '../terminal/table';

/** What the doctor found, as data. */
export interface DoctorReport {
  /** Whether the night would fail of nothing that was found. */
  readonly isFit: boolean;
  readonly examinedAt: string;
  readonly servers: readonly ServerVerdict[];
  readonly leftOut: Round['leftOut'];
}

/** For people: by finding, faults first, each with its hosts and what to do. */
export function describeReport({ servers, leftOut }: DoctorReport, { paint }: Look): string {
  const groups = groupFindings(servers);
  return [
    headline(servers, leftOut),
    ...groups.map((group) => describeGroup(group, paint)),
    ...(leftOut.length === 0
      ? []
      : [`Left out:\n${indented(leftOut.map((one) => [one.server, one.reason]))}`]),
  ].join('\n\n');
}

function headline(servers: readonly ServerVerdict[], leftOut: DoctorReport['leftOut']): string {
  const unfit = servers.filter(({ isFit }) => !isFit).length;
  const warned = servers.filter(({ isFit, findings }) => isFit && findings.length > 0).length;
  const verdict = unfit === 0 ? 'all fit for the night' : `${unfit} not fit for the night`;
  return [
    `${counted(servers.length, 'host')} examined: ${verdict}`,
    ...(warned === 0 ? [] : [`${warned} fit with warnings`]),
    ...(leftOut.length === 0 ? [] : [`${leftOut.length} left out`]),
  ]
    .join(', ')
    .concat('.');
}

function describeGroup(group: FindingGroup, paint: Paint): string {
  const { level, title, code, places, remedy } = group;
  const heading = `${level.toUpperCase()}  ${title}: ${counted(hostsIn(group), 'host')}`;
  return [
    `${paint(heading, level === 'fault' ? 'red' : 'yellow')}  ${paint(`(${code})`, 'dim')}`,
    indented(places.map(({ server, name, sentence }) => [server, name === server ? '' : name, sentence])),
    `  Remedy: ${remedy}`,
  ].join('\n');
}

/** Columns of a group; sentences are never cut. */
function indented(rows: readonly (readonly string[])[]): string {
  const [, ...lines] = table(
    (rows[0] ?? []).map(() => ''),
    rows,
  ).split('\n');
  return lines.map((line) => `  ${line}`).join('\n');
}
