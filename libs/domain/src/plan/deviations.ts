import type { Component, Deviation, Exception, KindStep, Policy, Server } from '@patchtide/contracts';
import type { LandscapeIndex } from '../landscape/landscape-index';
import { own } from '../own';
import { exceptionsOn, phasesOn, type Procedure, procedureFor } from '../policy/effective';
import { PHASES } from '../policy/kinds/shipped-kind';
import { matchInWords } from '../policy/match';
import type { Selection } from './selection';

/**
 * Where the plan is not as the standard has it, and what the standard would be: by the exceptions that count, each with the
 * CI that it changes, and by broken relations. In the order of CIs.
 */
export function deviationsOf(index: LandscapeIndex, policy: Policy, selection: Selection): Deviation[] {
  const found = [...byException(index, policy, selection), ...byBreak(policy, selection)];
  return found.sort((a, b) => compare(a.ci, b.ci) || compare(a.what, b.what));
}

/** Exceptions that match nothing in the landscape; in one note, because a standard for a large estate may have many. */
export function idleExceptions(index: LandscapeIndex, policy: Policy): string[] {
  const { exceptions = [] } = policy;
  if (exceptions.length === 0) return [];
  const servers = [...index.servers.values()];
  const matched = new Set(servers.flatMap((s) => exceptionsOn(policy, s, index.onServer.get(s.id) ?? [])));
  const idle = exceptions.filter((exception) => !matched.has(exception));
  if (idle.length === 0) return [];
  const named = idle.slice(0, 3).map(({ owner, match }) => `that of ${owner} for ${matchInWords(match)}`);
  const more = idle.length > 3 ? [`${idle.length - 3} more`] : [];
  const what = idle.length === 1 ? 'an exception matches' : `${idle.length} exceptions match`;
  return [`${what} nothing in the landscape: ${[...named, ...more].join('; ')}`];
}

function byException(index: LandscapeIndex, policy: Policy, selection: Selection): Deviation[] {
  if ((policy.exceptions ?? []).length === 0) return [];
  const excluded = selection.exclusions.map(({ ci }) => ci);
  const servers = [...selection.patched.keys(), ...excluded].flatMap((id) => index.servers.get(id) ?? []);
  const components = new Map(
    [...selection.patched.keys()].flatMap((id) => index.onServer.get(id) ?? []).map((c) => [c.id, c]),
  );
  for (const [id, component] of selection.stopped) components.set(id, component);
  const { exceptions: _, ...standard } = policy;
  return [
    ...servers.flatMap((server) => ofServer(index, policy, server)),
    ...[...components.values()].flatMap((component) => {
      const hosts = (index.serversOf.get(component.id) ?? []).flatMap((id) => index.servers.get(id) ?? []);
      const found = hosts.flatMap((server) => ofComponent({ policy, standard, component, server }));
      return found.filter((one, i) => found.findIndex(({ what }) => what === one.what) === i);
    }),
  ];
}

/** The last exception counts; the first that leaves a server out does. */
function ofServer(index: LandscapeIndex, policy: Policy, server: Server): Deviation[] {
  const exceptions = exceptionsOn(policy, server, index.onServer.get(server.id) ?? []);
  const excluding = exceptions.find(({ set }) => set.exclude === true);
  if (excluding) return [deviation(server.id, 'is left out; the standard patches it', excluding)];
  const rebooting = exceptions.filter(({ set }) => set.reboot !== undefined).at(-1);
  const [is, was] = [rebooting?.set.reboot, policy.reboot ?? 'if-needed'];
  if (!rebooting || is === undefined || is === was) return [];
  return [deviation(server.id, `is rebooted ${is}; the standard is ${was}`, rebooting)];
}

interface OnServer {
  readonly policy: Policy;
  readonly standard: Policy;
  readonly component: Component;
  readonly server: Server;
}

function ofComponent({ policy, standard, component, server }: OnServer): Deviation[] {
  const changing = exceptionsOn(policy, server, [component]).filter((e) => own(e.set.kinds, component.kind));
  if (changing.length === 0) return [];
  const is = procedureFor(policy, component, server);
  const was = procedureFor(standard, component, server);
  const said = new Map<Exception, string[]>();
  for (const part of [...PHASES, 'safeToKeep', 'parameters'] as const) {
    const difference = differenceIn(part, is, was);
    const last = changing.filter((exception) => sets(exception, part, component, server)).at(-1);
    if (difference !== null && last) said.set(last, [...(said.get(last) ?? []), difference]);
  }
  return [...said].map(([exception, differences]) =>
    deviation(component.id, differences.join('; '), exception),
  );
}

type Part = (typeof PHASES)[number] | 'safeToKeep' | 'parameters';

function sets({ set }: Exception, part: Part, component: Component, server: Server): boolean {
  const kind = own(set.kinds, component.kind);
  if (kind === undefined) return false;
  return kind[part] !== undefined || phasesOn(server, kind).some((phases) => part in phases);
}

function differenceIn(part: Part, is: Procedure, was: Procedure): string | null {
  if (JSON.stringify(is[part]) === JSON.stringify(was[part])) return null;
  if (part === 'parameters') return 'other parameters than the standard';
  if (part !== 'safeToKeep') return `${part} is ${inWords(is[part])}; the standard is ${inWords(was[part])}`;
  return is.safeToKeep === true
    ? 'keeps running while its server is patched; the standard stops it'
    : 'is stopped while its server is patched; the standard keeps it running';
}

const LONGEST = 120;

function inWords(steps: KindStep | readonly KindStep[] | undefined): string {
  const words = [steps ?? []].flat().map((step) => {
    if ('unit' in step) return `unit ${step.unit}`;
    return 'command' in step ? step.command.join(' ') : `packages ${step.packages.join(' ')}`;
  });
  const text = words.length === 0 ? 'nothing' : `"${words.join(', then ')}"`;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…"` : text;
}

function byBreak({ breaks = [] }: Policy, { stopped }: Selection): Deviation[] {
  return breaks
    .filter(({ from, to }) => stopped.has(from) && stopped.has(to))
    .map((one) => {
      const what = `stops and starts without regard to ${one.to}, which it needs; the standard stops it before and starts it after`;
      return deviation(one.from, what, one);
    });
}

function deviation(
  ci: string,
  what: string,
  { owner, reason, until }: Pick<Deviation, 'owner' | 'reason' | 'until'>,
): Deviation {
  return { ci, what, owner, reason, until };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
