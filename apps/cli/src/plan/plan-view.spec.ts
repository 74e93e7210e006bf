import type { Plan } from '@patchtide/contracts';
import { painter } from '../terminal/style';
import { widthOf } from '../terminal/width';
import { estate, planFor } from '../testing/plan-of';
import { planView } from './plan-view';

const plain = { paint: painter(false), width: undefined };
const lines = (plan: Plan, more = {}) => planView(plan, plain, more).split('\n');

describe('a plan for people', () => {
  const plan = planFor(estate(1), { limits: { campaign: 9, application: 4 } });

  it('says first what it is of, what bounds it and when it ends', () => {
    const shown = lines(plan);
    expect(shown.slice(0, 4)).toEqual([
      'Plan of CHG1 under policy standard',
      `  digest      ${plan.digest}`,
      '  window      Sun 29 Nov 22:00 to Mon 30 Nov 02:00 (Europe/Berlin)',
      `  size        3 servers, 1 application, ${plan.jobs.length} jobs`,
    ]);
    expect(shown).toContain('  limits      9 jobs at a time; 4 in each application (a001)');
    expect(shown).toContainEqual(
      expect.stringMatching(/^ {2}expected {4}fits: ends Sun 29 Nov 22:\d\d after \d+ min, .* to spare$/),
    );
    expect(shown).toContainEqual(
      expect.stringMatching(/^ {2}decided by {2}MUTE_SERVER_srv-a001-web > STOP_WEB_a001-web > /),
    );
  });

  it('is a tree of window, wave, application, server and jobs in the order of time, the critical ones marked', () => {
    const shown = lines(plan);
    const tree = shown.slice(shown.indexOf('Window: Sun 29 Nov 22:00 to Mon 30 Nov 02:00 (Europe/Berlin)'));
    expect(tree[1]).toMatch(/^ {2}wave all: 3 servers, \d+ jobs, 22:00:00-22:\d\d:\d\d$/);
    expect(tree[2]).toMatch(/^ {4}a001: 3 servers, down 22:00:05-22:\d\d:\d\d \(\d+ min\)$/);
    expect(tree[3]).toBe('      web: srv-a001-web, debian-12, cologne');
    expect(tree).toContainEqual(
      expect.stringMatching(/^ {8}22:00:05-22:00:35 {2}30 s +\* STOP_WEB_a001-web +by default, p90 \d+ s$/),
    );
    const jobs = tree.filter((line) => /^ {8}\d\d:\d\d:\d\d-/.test(line));
    expect(jobs).toHaveLength(plan.jobs.length);
    expect(jobs.filter((line) => line.includes('* '))).toHaveLength(plan.forecast.criticalPath.length);
  });

  it('tells the last safe moment of each application, the one with the least slack first', () => {
    const shown = lines(plan);
    const header = shown.findIndex((line) =>
      /^ {2}application +slack +last safe moment +down for +down$/.test(line),
    );
    expect(shown[header + 1]).toMatch(
      /^ {2}a001 +\d h \d+ min +Mon 30 Nov 01:\d\d +\d+ min +Sun 29 Nov 22:00 to 22:\d\d$/,
    );
  });

  it('never hides people, conditions, deviations and what is left out', () => {
    const unusual = planFor(estate(1), {
      jobs: [
        {
          name: 'ask',
          action: 'MANUAL',
          per: 'server',
          at: 'after',
          instructions: 'Look at the page.',
          match: { tier: 'web' },
        },
      ],
      gates: [{ name: 'month-end-closed' }],
    });
    const deviation = { owner: 'team-dba', reason: 'old kernel', until: '2027-03-31', what: 'reboot never' };
    const shown = planView(
      {
        ...unusual,
        deviations: ['srv-1', 'srv-2'].map((ci) => ({ ci, ...deviation })),
        exclusions: [{ ci: 'srv-9', reason: 'frozen\u001b[2J' }],
        notes: ['something outside'],
      },
      plain,
    );
    expect(shown).toMatch(/^ {2}MANUAL_ASK_srv-a001-web, from Sun 29 Nov 22:\d\d: Look at the page\.$/m);
    expect(shown).toMatch(/^ {2}month-end-closed, for a001 \(\d+ jobs?\)$/m);
    expect(shown).toMatch(/^2 deviations from the standard, at 2 CIs; 3 servers in all:$/m);
    expect(shown).toContain('  srv-1 and srv-2: reboot never (team-dba, until 2027-03-31: old kernel)');
    expect(shown).toContain('  srv-9: frozen\ufffd[2J');
    expect(shown).toContain('  something outside');
    expect(shown).toMatch(/^ +by hand: Look at the page\.$/m);
    expect(shown).toMatch(/^ +waits until the business says: month-end-closed$/m);
  });

  it('says loudly that a plan does not fit, why, and what to move', () => {
    const late = planFor(estate(1), { durations: { PATCH: '9h' } });
    const moves = [
      { group: 'g', applications: ['a001'], servers: 3, criticality: 'low' as const, toWindow: null },
    ];
    const admission = {
      verdict: 'does-not-fit' as const,
      rule: 'propose' as const,
      reasons: ['too long'],
      moves,
    };
    const shown = planView({ ...late, admission }, plain);
    expect(shown).toMatch(/^ {2}expected {4}DOES NOT FIT: ends .* too late$/m);
    expect(shown).toMatch(
      /^ {2}admission {3}DOES NOT FIT; the policy proposes what to move\n {14}too long\n {14}- leave out: a001 \(3 servers, criticality low\)$/m,
    );
  });
});

describe('a large plan', () => {
  const plan = planFor(estate(60));

  it('shows servers on which the same is done in one line, and fits the terminal', () => {
    const shown = planView(plan, { ...plain, width: 80 }).split('\n');
    expect(shown.length).toBeLessThan(320);
    expect(shown.filter((line) => !line.includes('sha256:') && widthOf(line) > 80)).toEqual([]);
    expect(shown.join('\n')).toMatch(/^ {6}web +srv-a001-web .*stop 30 s/m);
    expect(shown).toContain('  48 applications with more slack');
    expect(shown.at(-1)).toContain('--all shows every job');
  });

  it('shows every job on request', () => {
    const jobs = lines(plan, { all: true }).filter((line) => /^ {8}\d\d:\d\d:\d\d-/.test(line));
    expect(jobs).toHaveLength(plan.jobs.length);
  });
});
