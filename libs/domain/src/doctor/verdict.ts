import type { Server } from '@patchtide/contracts';
import { clockFinding, type ClockReading } from './clock';
import {
  type Finding,
  type FindingCode,
  type FindingKind,
  type FindingLevel,
  FINDINGS,
  isFindingCode,
} from './findings';

/** What was seen of one server. */
export interface Examination {
  readonly server: Pick<Server, 'id' | 'name' | 'address'>;
  readonly findings: readonly Finding[];
  /** Null when it was not read. */
  readonly bootId: string | null;
  readonly clock: ClockReading | null;
}

/** A finding with what it means for the night. */
export interface JudgedFinding extends Finding {
  readonly level: FindingLevel;
  readonly remedy: string;
}

export interface ServerVerdict {
  readonly server: string;
  readonly name: string;
  readonly address: string;
  /** Whether nothing was found of which the night would fail. */
  readonly isFit: boolean;
  /** Faults first. */
  readonly findings: readonly JudgedFinding[];
}

/** Judges what was seen, each server by itself and all of them beside each other; in the order given. */
export function judge(examinations: readonly Examination[]): ServerVerdict[] {
  return examinations.map((examination) => {
    const { server, findings, clock } = examination;
    const ofClock = clock && clockFinding(clock);
    const others = [...sameMachine(examination, examinations), ...(ofClock ? [ofClock] : [])];
    const found = [...findings, ...others].map(withRemedy);
    const faults = found.filter(({ level }) => level === 'fault');
    return {
      server: server.id,
      name: server.name,
      address: server.address,
      isFit: faults.length === 0,
      findings: [...faults, ...found.filter(({ level }) => level === 'warning')],
    };
  });
}

function withRemedy({ code, sentence }: Finding): JudgedFinding {
  const { level, remedy } = FINDINGS[code];
  return { level, code, sentence, remedy };
}

function sameMachine(one: Examination, all: readonly Examination[]): Finding[] {
  const twins = all.filter((other) => other !== one && other.bootId !== null && other.bootId === one.bootId);
  const names = twins.map(({ server }) => server.id).join(', ');
  return twins.length === 0 ? [] : [{ code: 'boot-id-shared', sentence: `it has the boot id of ${names}` }];
}

/** One kind of finding and everybody who has it. */
export interface FindingGroup extends FindingKind {
  readonly code: FindingCode;
  readonly places: readonly { readonly server: string; readonly name: string; readonly sentence: string }[];
}

/** The same verdicts by finding: faults first, then what most hosts have. */
export function groupFindings(verdicts: readonly ServerVerdict[]): FindingGroup[] {
  const codes = Object.keys(FINDINGS).filter(isFindingCode);
  return codes
    .map((code) => ({
      code,
      ...FINDINGS[code],
      places: verdicts.flatMap(({ server, name, findings }) =>
        findings.filter((found) => found.code === code).map(({ sentence }) => ({ server, name, sentence })),
      ),
    }))
    .filter(({ places }) => places.length > 0)
    .sort((a, b) => rank(a) - rank(b) || hostsIn(b) - hostsIn(a));
}

function rank({ level }: FindingGroup): number {
  return level === 'fault' ? 0 : 1;
}

/** How many servers have it; one of them may have it several times. */
export function hostsIn({ places }: FindingGroup): number {
  return new Set(places.map(({ server }) => server)).size;
}
