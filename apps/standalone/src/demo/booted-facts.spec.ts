import { bootedFacts, executedTwice, type Findings } from './booted-facts';
import type { HostLook } from './host-look';

const UPGRADE = '2026-11-29 22:03:01 upgrade pt-web:all 1.0 2.0\n';

function look(host: string, version: string, more: Partial<HostLook> = {}): HostLook {
  const packages = new Map([
    ['nginx-light', '1.22'],
    ['pt-web', version],
  ]);
  return { host, bootId: `boot of ${version}`, bootCount: Number(version), packages, dpkgLog: '', ...more };
}

const before = look('web-1', '1.0');
const after = look('web-1', '2.0', { dpkgLog: UPGRADE });
const answer = { status: 200, web: '2.0', app: '2.0', database: '2.0', value: 'hello' };
const findings: Findings = {
  looks: [
    [before, after],
    [look('web-2', '1.0'), look('web-2', '2.0')],
  ],
  units: [{ host: 'web-1', unit: 'nginx.service', state: 'active' }],
  answers: [{ application: 'crm', url: 'http://127.0.3.1/health', answer }],
  faults: [],
};

/** The one fact that such a change of the findings makes bad. */
function badFact(change: Partial<Findings>): { name: string; lines: readonly string[] } | undefined {
  const bad = bootedFacts({ ...findings, ...change }).filter(({ good }) => !good);
  expect(bad).toHaveLength(1);
  return bad[0];
}

describe('what is found on booted hosts', () => {
  it('is told with old and new versions, boots, units and answers', () => {
    expect(bootedFacts(findings)).toEqual([
      { name: 'packages', lines: ['pt-web 1.0 -> 2.0 on 2 hosts'], good: true },
      { name: 'booted', lines: ['2 of 2 hosts once'], good: true },
      { name: 'units active', lines: ['1 of 1'], good: true },
      { name: 'applications', lines: ['crm: 200, web 2.0, app 2.0, database 2.0, "hello"'], good: true },
    ]);
  });

  it('is bad when a host still has an old package', () => {
    const old = look('web-1', '1.0', { bootId: 'new', bootCount: 2 });
    expect(
      badFact({
        looks: [
          [before, after],
          [before, old],
        ],
      }),
    ).toMatchObject({
      lines: ['pt-web 1.0 -> 2.0 on 1 host', 'pt-web is still 1.0 on web-1'],
    });
  });

  it('is bad when a host was not booted, or more than once', () => {
    expect(badFact({ looks: [[before, { ...after, bootCount: 3 }]] })).toMatchObject({
      name: 'booted',
      lines: ['0 of 1 hosts once', 'web-1 2 times'],
    });
    expect(badFact({ looks: [[before, { ...after, bootCount: 1 }]] })).toMatchObject({ name: 'booted' });
  });

  it('is bad when a unit is not active', () => {
    expect(badFact({ units: [{ host: 'web-1', unit: 'nginx.service', state: 'failed' }] })).toMatchObject({
      lines: ['0 of 1', 'nginx.service on web-1 is failed'],
    });
  });

  it('is bad when an application does not answer, answers with an old release, or does not replicate', () => {
    const at = { application: 'crm', url: 'http://127.0.3.1/health' };
    expect(badFact({ answers: [{ ...at, answer: { ...answer, status: 503 } }] })?.name).toBe('applications');
    expect(badFact({ answers: [{ ...at, answer: { ...answer, app: '1.0' } }] })?.name).toBe('applications');
    expect(badFact({ faults: ['crm-db-2 does not stream'] })?.lines).toContain('crm-db-2 does not stream');
  });

  it('counts what dpkg did twice since the first look, and nothing from before', () => {
    const earlier = { ...before, dpkgLog: UPGRADE };
    expect(executedTwice([[earlier, { ...after, dpkgLog: UPGRADE + UPGRADE }]])).toBe(0);
    expect(executedTwice([[before, { ...after, dpkgLog: UPGRADE + UPGRADE }]])).toBe(1);
  });
});
