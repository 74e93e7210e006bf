import type { Fact } from './demo-fleet';
import { changedTwice, type HostLook, versionChanges } from './host-look';
import type { TierAnswer } from '@patchtide/real-fleet';

/** What a package of the demo is to become; the others of a host have nothing newer. */
const NEW_VERSION = '2.0';
const OURS = /^pt-/;

/** An application as somebody who uses it sees it. */
export interface ApplicationAnswer {
  readonly application: string;
  readonly url: string;
  readonly answer: TierAnswer;
}

/** A unit of a component with systemd's word for it. */
export interface UnitState {
  readonly host: string;
  readonly unit: string;
  readonly state: string;
}

/** The same host before and after the campaign. */
export type BeforeAndAfter = readonly [before: HostLook, after: HostLook];

/** What was found on booted hosts after the campaign. */
export interface Findings {
  readonly looks: readonly BeforeAndAfter[];
  readonly units: readonly UnitState[];
  readonly answers: readonly ApplicationAnswer[];
  /** What does not work, from HTTP through to SQL and replication. */
  readonly faults: readonly string[];
}

/** The findings as facts for the summary. */
export function bootedFacts({ looks, units, answers, faults }: Findings): Fact[] {
  return [packagesFact(looks), bootsFact(looks), unitsFact(units), applicationsFact(answers, faults)];
}

/** How many changes of packages were made a second time. */
export function executedTwice(looks: readonly BeforeAndAfter[]): number {
  return looks.reduce((sum, [before, after]) => sum + changedTwice(before, after).length, 0);
}

/** What an application shows, for people. */
export function shownBy({
  status,
  web = '?',
  app = '?',
  database = '?',
  value = 'nothing',
}: TierAnswer): string {
  return `${status}, web ${web}, app ${app}, database ${database}, "${value}"`;
}

function packagesFact(looks: readonly BeforeAndAfter[]): Fact {
  const hosts = new Map<string, number>();
  for (const { name, from, to } of looks.flatMap(([before, after]) => versionChanges(before, after))) {
    const change = `${name} ${from ?? 'not installed'} -> ${to ?? 'not installed'}`;
    hosts.set(change, (hosts.get(change) ?? 0) + 1);
  }
  const lines = [...hosts].map(
    ([change, count]) => `${change} on ${count} ${count === 1 ? 'host' : 'hosts'}`,
  );
  const old = looks.flatMap(([, { host, packages }]) =>
    [...packages]
      .filter(([name, version]) => OURS.test(name) && version !== NEW_VERSION)
      .map(([name, version]) => `${name} is still ${version} on ${host}`),
  );
  return { name: 'packages', lines: [...lines, ...old], good: lines.length > 0 && old.length === 0 };
}

function bootsFact(looks: readonly BeforeAndAfter[]): Fact {
  const others = looks.flatMap(([before, after]) => {
    const times = after.bootCount - before.bootCount;
    return times === 1 && after.bootId !== before.bootId ? [] : [`${after.host} ${times} times`];
  });
  const once = looks.length - others.length;
  return {
    name: 'booted',
    lines: [`${once} of ${looks.length} hosts once`, ...others],
    good: once === looks.length,
  };
}

function unitsFact(units: readonly UnitState[]): Fact {
  const others = units.filter(({ state }) => state !== 'active');
  const active = units.length - others.length;
  return {
    name: 'units active',
    lines: [
      `${active} of ${units.length}`,
      ...others.map(({ host, unit, state }) => `${unit} on ${host} is ${state}`),
    ],
    good: others.length === 0,
  };
}

function applicationsFact(answers: readonly ApplicationAnswer[], faults: readonly string[]): Fact {
  const areNew = answers.every(({ answer: { status, web, app, database } }) => {
    return status === 200 && [web, app, database].every((version) => version === NEW_VERSION);
  });
  return {
    name: 'applications',
    lines: [...answers.map(({ application, answer }) => `${application}: ${shownBy(answer)}`), ...faults],
    good: areNew && faults.length === 0,
  };
}
