import type { Action, AttemptFinished, PackageChange } from '@patchtide/contracts';
import { component, landscapeOf } from '../testing/landscapes';
import { aNight, type Night } from '../testing/night';
import { WINDOW_END } from '../testing/plans';
import { concernsCompliance } from './campaign-record';
import { complianceReport, type ServerCompliance } from './compliance-report';

const landscape = landscapeOf({ components: [component('app')] });
const night = (policy: object = {}) => aNight({ landscape, policy });
const nginx = { name: 'nginx', from: '1.22.1-9', to: '1.22.1-9+deb12u1' };

type Said = Partial<Pick<AttemptFinished, 'outcome' | 'summary' | 'bootId' | 'facts' | 'packages'>>;

/** An executor reports the end of the present attempt with what the host said. */
function ends(n: Night, job: string, said: Said = {}): void {
  const { attempt } = n.job(job);
  const about = { campaign: 'CHG1', job, attempt, attemptId: `CHG1/${job}/${attempt}`, executor: 'agent-1' };
  const end = { outcome: 'succeeded' as const, summary: 'done', outputTail: '', ...said };
  n.send({ type: 'RecordReport', report: { kind: 'finished', ...about, at: n.at, ...end }, at: n.at });
}

function until(n: Night, action: Action): string {
  const job = n.plan.jobs.find((one) => one.action === action)?.id ?? '';
  n.succeedAll(job);
  return job;
}

const report = (n: Night) => complianceReport({ plan: n.plan, events: n.events, landscape });
function server(n: Night): ServerCompliance {
  const [only] = report(n).servers;
  if (!only) throw new Error('no server is reported');
  return only;
}

describe('a server', () => {
  it('is pending, and not compliant, until its patch has ended', () => {
    const n = night();
    expect(server(n)).toMatchObject({ result: 'pending', reason: 'it has not begun', isCompliant: false });
    until(n, 'PATCH');
    expect(server(n)).toMatchObject({ result: 'pending', reason: 'it is being carried out' });
  });

  it('is patched when the host has proven it, with what changed and when', () => {
    const n = night();
    ends(n, until(n, 'PATCH'), {
      summary: '1 package updated.',
      packages: [nginx],
      facts: { held: 'linux-image' },
    });
    const endedAt = n.at;
    n.pass(60_000);
    n.succeedAll();
    expect(server(n)).toMatchObject({
      ...{ server: 'srv-app', os: 'debian-12', applications: ['crm'], result: 'patched', at: endedAt },
      ...{
        reason: '1 package updated.',
        packages: [nginx],
        notes: { held: 'linux-image' },
        isCompliant: true,
      },
    });
  });

  it('is told by the host’s failure and what it changed all the same', () => {
    const n = night();
    const facts = { failure: 'nginx could not be configured' };
    ends(n, until(n, 'PATCH'), { outcome: 'failed', summary: 'No.', packages: [nginx], facts });
    expect(server(n)).toMatchObject({ result: 'failed', reason: 'No.', packages: [nginx], notes: facts });
  });

  it('is unknown while nobody can say what became of its patch', () => {
    const n = night();
    n.silence(until(n, 'PATCH'));
    expect(server(n).result).toBe('unknown');
  });

  it('is skipped by a named person with a reason', () => {
    const n = night();
    const patch = until(n, 'PATCH');
    ends(n, patch, { outcome: 'failed' });
    n.answer('skip', patch, 'the vendor forbids it');
    expect(server(n)).toMatchObject({ result: 'skipped', by: 'k.lindner', reason: 'the vendor forbids it' });
  });

  it('is patched by hand when a named person says so', () => {
    const n = night();
    const patch = until(n, 'PATCH');
    ends(n, patch, { outcome: 'failed' });
    n.answer('complete', patch, 'did it on the console');
    expect(server(n)).toMatchObject({ result: 'by-hand', by: 'k.lindner', isCompliant: true });
  });

  it('is left out when its last safe moment had passed, and says so', () => {
    const n = night();
    n.ends('stop-app', 'failed');
    n.until(new Date(Date.parse(WINDOW_END) - 60_000).toISOString());
    n.answer('retry', 'stop-app');
    expect(server(n)).toMatchObject({
      ...{ result: 'left-out', by: null },
      reason: 'the last safe moment to stop has passed',
    });
  });

  it('is left out with the name of who aborted, or with the end of the window', () => {
    const aborted = night();
    aborted.operator('Abort', 'the mail is down');
    aborted.succeedAll();
    expect(server(aborted)).toMatchObject({
      ...{ result: 'left-out', reason: 'aborted by k.lindner: the mail is down' },
    });

    const late = night();
    late.until(WINDOW_END);
    late.succeedAll();
    expect(server(late).reason).toMatch(/^the window ended at /);
  });

  it('is unknown when a person still had its patch in hand when the campaign ended', () => {
    const n = aNight({ landscape: landscapeOf({ servers: [{ id: 'srv-1' }] }) });
    n.ends('patch-srv-1', 'failed');
    n.answer('take-over', 'patch-srv-1', 'on the console');
    expect(server(n)).toMatchObject({ result: 'pending', reason: 'taken over: on the console' });
    n.operator('Abort');
    expect(n.campaign.status).toBe('closed');
    expect(server(n)).toMatchObject({
      ...{ result: 'unknown', by: 'k.lindner' },
      reason: 'the campaign ended: taken over: on the console',
    });
  });

  it('is excluded with the reason of the plan, and named by the landscape', () => {
    const exceptions = [
      {
        match: { server: 'srv-b' },
        set: { exclude: true },
        ...{ owner: 'team-dba', reason: 'vendor support', until: '2027-03-31' },
      },
    ];
    const two = landscapeOf({ components: [component('a'), component('b')] });
    const n = aNight({ landscape: two, policy: { exceptions: exceptions } });
    const { servers } = complianceReport({ plan: n.plan, events: n.events, landscape: two });
    expect(servers).toMatchObject([
      { server: 'srv-a', result: 'pending' },
      {
        ...{ server: 'srv-b', os: 'debian-12', result: 'excluded' },
        reason: 'exception of team-dba until 2027-03-31: vendor support',
      },
    ]);
    expect(complianceReport({ plan: n.plan, events: n.events }).servers[1]).toMatchObject({ os: null });
  });
});

describe('the packages of a server', () => {
  const changed = (...attempts: PackageChange[][]): readonly PackageChange[] => {
    const n = night({ reactions: [{ on: 'failed', retry: 5, delay: '1s' }] });
    const patch = until(n, 'PATCH');
    attempts.forEach((packages, index) => {
      const isLast = index === attempts.length - 1;
      ends(n, patch, { packages, outcome: isLast ? 'succeeded' : 'failed' });
      n.pass(1_000);
    });
    return server(n).packages;
  };

  it('go from the version before the first attempt to the one after the last, by name', () => {
    const zlib = { name: 'zlib1g', from: '1', to: '2' };
    expect(changed([zlib, { ...nginx, to: 'a' }], [{ ...nginx, from: 'a' }])).toEqual([nginx, zlib]);
    expect(changed([{ name: 'new', from: null, to: '1' }], [{ name: 'new', from: '1', to: '2' }])).toEqual([
      { name: 'new', from: null, to: '2' },
    ]);
  });

  it('have not changed when they are back where they were', () => {
    expect(changed([nginx], [{ name: 'nginx', from: nginx.to, to: nginx.from }])).toEqual([]);
  });
});

describe('the reboot of a server', () => {
  const needed = { 'reboot-needed': 'linux-image-6.1.0-28' };
  const afterPatch = (said: Said = {}, policy: object = { reboot: 'if-needed' }): Night => {
    const n = night(policy);
    ends(n, until(n, 'PATCH'), { bootId: 'boot-1', facts: needed, ...said });
    return n;
  };

  it('is proven by a new boot id', () => {
    const n = afterPatch();
    ends(n, until(n, 'REBOOT'), { bootId: 'boot-2', facts: { rebooted: 'true' } });
    expect(server(n).reboot).toMatchObject({
      ...{ result: 'rebooted', at: n.at, neededFor: 'linux-image-6.1.0-28', isDue: false },
      ...{ bootIdBefore: 'boot-1', bootIdAfter: 'boot-2' },
    });
  });

  it('was not needed when the host says so', () => {
    const n = afterPatch({ facts: { 'reboot-needed': 'no' } });
    ends(n, until(n, 'REBOOT'), { bootId: 'boot-1', facts: { rebooted: 'false' } });
    expect(server(n).reboot).toMatchObject({ result: 'not-needed', neededFor: null, isDue: false });
    expect(server(n).isCompliant).toBe(true);
  });

  it('is due while it is needed and neither proven nor stated, and then the server is not compliant', () => {
    const n = afterPatch();
    const reboot = until(n, 'REBOOT');
    expect(server(n).reboot).toMatchObject({ result: 'pending', isDue: true });
    ends(n, reboot, { outcome: 'failed' });
    n.answer('skip', reboot, 'tomorrow');
    expect(server(n)).toMatchObject({
      ...{ result: 'patched', isCompliant: false },
      reboot: { result: 'skipped', by: 'k.lindner', reason: 'tomorrow', isDue: true },
    });
  });

  it('is due on a server that the policy never reboots', () => {
    const n = afterPatch({}, { reboot: 'never' });
    expect(server(n).reboot).toMatchObject({ result: 'not-planned', isDue: true });
  });
});

describe('the report', () => {
  it('names the campaign, who asked for it and approved it, what it rests on, and how it ended', () => {
    const n = night();
    n.succeedAll();
    expect(report(n)).toMatchObject({
      ...{ campaign: 'CHG1', title: 'November patches', requestedBy: 'm.weber', outcome: 'completed' },
      ...{ approvals: [{ by: 'k.lindner' }], planDigest: n.plan.digest, closedAt: n.at, asOf: n.at },
    });
  });

  it('adds up', () => {
    const three = landscapeOf({ components: [component('a'), component('b'), component('c')] });
    const n = aNight({ landscape: three });
    n.succeedAll('patch-srv-a', 'patch-srv-b', 'patch-srv-c');
    ends(n, 'patch-srv-a', { packages: [nginx], bootId: 'x' });
    ends(n, 'patch-srv-b', { packages: [nginx, { name: 'zlib1g', from: '1', to: '2' }] });
    ends(n, 'patch-srv-c', { outcome: 'failed' });
    const { totals } = report(n);
    expect(totals).toMatchObject({ servers: 3, patched: 2, failed: 1, compliant: 2, pending: 0 });
    expect(totals).toMatchObject({ packageChanges: 3, packages: 2, rebootsDue: 0 });
  });

  it('is the same from the events that concern it alone', () => {
    const n = night();
    ends(n, until(n, 'PATCH'), { packages: [nginx] });
    n.succeedAll();
    const some = n.events.filter(({ type }) => concernsCompliance(type));
    expect(some.length).toBeLessThan(n.events.length);
    expect(complianceReport({ plan: n.plan, events: some, landscape })).toEqual(report(n));
  });
});
