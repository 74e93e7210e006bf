import { parseClock } from '@patchtide/connectors/doctor';
import type { HostFacts } from '@patchtide/connectors/remote-shell';
import { clockFinding, type ClockReading, FINDINGS } from '@patchtide/domain';
import type { Seen } from './ending';

/** Two moments of our clock between which the host was asked. */
export type Asked = Pick<ClockReading, 'sentMs' | 'receivedMs'>;

/**
 * A check of a host states by its note `clock` what time it was there. Judged by our clock that becomes a finding among the others, and
 * a fault also the failure of the check. With `asked` null, and where the answer took too long to tell, it is left out.
 */
export function withClockJudged(seen: Seen, asked: Asked | null): Seen {
  if (!('kind' in seen) || seen.kind !== 'exited') return seen;
  const { clock, ...notes } = seen.facts.notes;
  if (clock === undefined) return seen;
  const told = parseClock(clock);
  const finding = told && asked ? clockFinding({ ...asked, ...told }, "the executor's") : null;
  const known = finding === null || finding.code === 'cannot-tell' ? null : finding;
  return { ...seen, facts: { ...seen.facts, notes: known === null ? notes : withFinding(notes, known) } };
}

function withFinding(
  notes: HostFacts['notes'],
  { code, sentence }: NonNullable<ReturnType<typeof clockFinding>>,
): HostFacts['notes'] {
  const { level } = FINDINGS[code];
  const number = Object.keys(notes).filter((token) => token.startsWith('finding-')).length + 1;
  const more = { ...notes, [`finding-${number}`]: `${level} ${code} ${sentence}` };
  if (level === 'warning') return more;
  const failure = notes['failure'];
  return {
    ...more,
    failure: failure === undefined ? `not fit for the night: ${sentence}` : `${failure}; ${sentence}`,
  };
}
