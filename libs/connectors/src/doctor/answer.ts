import { type Finding, isFindingCode } from '@patchtide/domain';
import type { CommandResult } from '../remote-shell';

/** What the host program's `@doctor` said. */
export interface DoctorAnswer {
  /** Whether the program ran there at all. */
  readonly hasBegun: boolean;
  readonly bootId: string | null;
  readonly findings: readonly Finding[];
}

const BEGINS = /^doctor begins boot=([\w.-]{1,64})$/m;
const ENDS = /^doctor ends faults=\d+ warnings=\d+$/m;
const FINDING = /^(?:fault|warning) ([a-z][a-z0-9-]*): (.+)$/;
/** What the host program calls a boot id that it could not read. */
const NO_BOOT_ID = 'unknown';
const SHOWN = 200;

/** Reads the answer of a host. One that did not begin or end as it should is a finding itself: silence is no good news. */
export function parseAnswer({ stdout, stderr, exitCode }: CommandResult): DoctorAnswer {
  const [, bootId] = BEGINS.exec(stdout) ?? [];
  if (bootId === undefined) {
    return { hasBegun: false, bootId: null, findings: [notBegun(`${stderr}\n${stdout}`, exitCode)] };
  }
  const findings = stdout.split('\n').flatMap((line) => findingIn(line) ?? []);
  const said = lastLine(stderr);
  const sentence = `the check ended half-way with exit code ${exitCode}${said && `: ${said}`}`;
  return {
    hasBegun: true,
    bootId: bootId === NO_BOOT_ID ? null : bootId,
    findings: ENDS.test(stdout) ? findings : [...findings, { code: 'cannot-tell', sentence }],
  };
}

function findingIn(line: string): Finding | null {
  const [, code, sentence] = FINDING.exec(line) ?? [];
  if (code === undefined || sentence === undefined) return null;
  return isFindingCode(code) ? { code, sentence } : { code: 'cannot-tell', sentence: `${code}: ${sentence}` };
}

function notBegun(output: string, exitCode: number): Finding {
  const bySudo = output.split('\n').find((line) => /\bsudo: /.test(line));
  if (bySudo !== undefined) return { code: 'sudo-refused', sentence: short(bySudo.trim()) };
  const said = lastLine(output);
  return { code: 'no-shell', sentence: `sh ended with exit code ${exitCode}${said && `: ${said}`}` };
}

function lastLine(text: string): string {
  return short(text.trim().split('\n').at(-1)?.trim() ?? '');
}

function short(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
