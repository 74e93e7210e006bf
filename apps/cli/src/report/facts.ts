import type { ComplianceReport, PatchResult, RebootRecord, ServerCompliance } from '@patchtide/domain';
import { moment } from './moment';
import { RESULT_MEANINGS, rebootWords } from './words';

/** A name and what stands beside it. */
export type Named = readonly [name: string, text: string];

/** What the report is about: window, policy, who asked and approved, start and end. */
export function aboutOf(report: ComplianceReport): readonly Named[] {
  const { window, approvals, outcome, closedAt, startedAt } = report;
  const at = (instant: string | null) => moment(instant, window.timezone);
  const given = approvals.map(({ by, at: when }) => `${by}, ${at(when)}`).join('; ');
  return [
    ['Window', `${at(window.start)} to ${at(window.end)}`],
    ['Policy', report.policy],
    ['Requested by', report.requestedBy],
    ['Started', at(startedAt) || 'not started'],
    ['Approved by', given || 'nobody'],
    ['Ended', closedAt === null ? 'not ended' : `${at(closedAt)}, ${outcome ?? ''}`],
  ];
}

/** The numbers that are seen first, each with what it counts. */
export function numbersOf({ totals }: ComplianceReport): readonly Named[] {
  const due = totals.rebootsDue > 0 ? `${totals.rebootsDue} due` : 'none due';
  return [
    [`${totals.compliant} of ${totals.servers}`, 'servers compliant'],
    [`${totals.servers - totals.compliant}`, 'servers to look at'],
    [`${totals.rebooted}`, `servers rebooted, ${due}`],
    [`${totals.packageChanges}`, `package changes, of ${totals.packages} packages`],
  ];
}

/** What stands small below a server's name. */
export function serverDetails({ server, name, os, owner, applications }: ServerCompliance): string[] {
  return [server === name ? '' : server, os ?? 'system not known', owner ?? '', ...applications].filter(
    isSaid,
  );
}

/** What stands small below how a server's reboot went. */
export function rebootDetails(reboot: RebootRecord, zone: string): string[] {
  const { result, at, by, reason, neededFor, bootIdBefore, bootIdAfter } = reboot;
  return [
    result === 'rebooted' ? moment(at, zone) : '',
    neededFor === null ? '' : `needed for ${neededFor}`,
    by === null ? '' : `${by}: ${reason}`,
    bootIdAfter === null ? '' : `boot id ${bootIdBefore ?? 'not known'} → ${bootIdAfter}`,
  ].filter(isSaid);
}

/** Why a server stands as it does, and who decided it. */
export function whyOf({ by, reason }: ServerCompliance): string {
  return by === null ? reason : `${by}: ${reason}`;
}

/** What the host noted, `token: text`. */
export function notesOf({ notes }: ServerCompliance): string[] {
  return Object.entries(notes).map(([token, text]) => `${token}: ${text}`);
}

export interface Deviation {
  readonly server: string;
  readonly what: string;
  /** The person who decided; empty where nobody did. */
  readonly who: string;
  readonly why: string;
}

/** Everything that did not go as planned, or for which a person stands instead of the host. */
export function deviationsOf(servers: readonly ServerCompliance[]): Deviation[] {
  return servers.flatMap(({ name: server, result, by, reason, reboot }) => {
    const patch = { server, what: result, who: by ?? '', why: reason };
    const ofReboot = {
      server,
      what: `reboot ${rebootWords(reboot)}`,
      who: reboot.by ?? '',
      why: reboot.reason,
    };
    const isByPerson = reboot.by !== null && reboot.result !== 'rebooted';
    return [...(result === 'patched' ? [] : [patch]), ...(reboot.isDue || isByPerson ? [ofReboot] : [])];
  });
}

/** The words that the report uses, with their meanings. */
export function meaningsOf(servers: readonly ServerCompliance[]): readonly Named[] {
  const used = new Set(servers.map(({ result }) => result));
  const results = (Object.keys(RESULT_MEANINGS) as PatchResult[]).filter((result) => used.has(result));
  return [
    ['compliant', 'patched or by hand, and no reboot is due'],
    ...results.map((result): Named => [result, RESULT_MEANINGS[result]]),
  ];
}

/** What the report rests on, and the commands that check it. */
export function proofOf({ asOf, campaign, window }: ComplianceReport) {
  return {
    made: `Made from the recorded events of the campaign up to ${moment(asOf, window.timezone)}.`,
    commands: [
      `patchtide audit export ${campaign} --out ${campaign}.json`,
      `patchtide audit verify ${campaign}.json`,
    ],
  } as const;
}

function isSaid(text: string): boolean {
  return text !== '';
}
