import { lineWidth, renderLine } from '../terminal/line';
import { painter } from '../terminal/style';
import { campaignView, incidentView, jobView, NOW_MS, obligationView, secondsAgo } from '../testing/views';
import { boardLines } from './board';
import type { Picture } from './picture';
import { Tally } from './tally';

const plain = painter(false);

function picture(more: Partial<Picture> = {}): Picture {
  return {
    campaign: campaignView(),
    underWay: [],
    incidents: [],
    tally: null,
    nowMs: NOW_MS,
    doubt: null,
    ...more,
  };
}

function textOf(shown: Picture, cells = 100, rows?: number): string[] {
  const frame = { cells, isUnicode: true, ...(rows === undefined ? {} : { rows }) };
  return boardLines(shown, frame).map((line) => renderLine(line, cells, plain));
}

const manyJobs = Array.from({ length: 40 }, (_, i) => jobView(`patch-srv-${i}`, { since: secondsAgo(i) }));
const manyIncidents = Array.from({ length: 9 }, (_, i) => incidentView(`stop-db-${i}`));

describe('the board', () => {
  it('answers at a glance: which, how far, will it fit, what is owed, what runs, who is needed', () => {
    const tally = new Tally();
    tally.begin(
      [jobView('patch-a', { wave: 'canary', status: 'succeeded' }), jobView('patch-b')],
      [obligationView('stopped:db'), obligationView('muted:srv-1'), obligationView('muted:srv-2')],
    );
    const underWay = [jobView('patch-b', { attempt: 2, since: secondsAgo(20), server: 'srv-2' })];
    const text = textOf(picture({ tally: tally.view, underWay, incidents: [incidentView('stop-db')] }));
    expect(text).toEqual([
      `CHG-1  November patches${' '.repeat(61)}running for 90 s`,
      'Sun 29 Nov 19:00 to 23:00 (Europe/Berlin)   2 servers   policy standard',
      expect.stringMatching(/^█+▓+░+ {2}3\/10 jobs {2}30 %$/),
      ' 3 done   2 under way   5 waiting   0 failed   0 unknown   0 taken over   0 skipped',
      'waves      canary 1/1 ✓   rest 0/1',
      'forecast   ends 20:30:00   2 h 30 min to spare   decided by patch-srv-2',
      'owed back  3: 1 stopped, 2 muted',
      'Incidents 1 open, 0 resolved',
      expect.stringMatching(/^! STOP_DB +open for 30 s, 12 jobs wait$/),
      '    Ended with exit code 1.',
      'Under way 1',
      expect.stringMatching(/^ {2}PATCH_B +srv-2 +20 s {2}attempt 2 {2}usually 5 s$/),
    ]);
  });

  it('is never wider than the terminal, whatever names and texts are made of', () => {
    const evil = '日本語\u001b[2J'.repeat(60);
    const shown = picture({
      campaign: campaignView({ title: evil, policy: evil, exhaustedBudgets: [evil] }),
      underWay: [jobView('patch-a', { name: evil, server: evil })],
      incidents: [incidentView('stop-a', { name: evil, summary: evil })],
    });
    for (const cells of [20, 40, 80, 120, 200]) {
      for (const line of textOf(shown, cells, 40)) {
        expect(lineWidth([{ text: line }])).toBeLessThanOrEqual(cells);
        expect(line).not.toContain('\u001b');
      }
    }
  });

  it('has exactly the lines of the screen, and keeps what stands above in its place', () => {
    const quiet = picture();
    const busy = picture({ underWay: manyJobs });
    for (const rows of [5, 12, 24, 60]) {
      const [calm, lively] = [textOf(quiet, 80, rows), textOf(busy, 80, rows)];
      expect([calm.length, lively.length]).toEqual([rows, rows]);
      const above = calm.findIndex((line) => line.startsWith('Under way'));
      expect(lively.slice(0, Math.max(0, above))).toEqual(calm.slice(0, Math.max(0, above)));
    }
  });

  it('says how much it does not show', () => {
    const text = textOf(picture({ underWay: manyJobs, incidents: manyIncidents }), 100, 24).join('\n');
    expect(text).toMatch(/Incidents 9 open, 0 resolved, \d more than shown/);
    expect(text).toMatch(/Under way 40, 3\d more than shown/);
    expect(text.split('\n').filter((line) => line.startsWith('!'))).toHaveLength(
      text.split('\n').filter((line) => line.includes('Ended with')).length,
    );
  });

  it('shows the oldest jobs and the open incidents first', () => {
    const incidents = [
      incidentView('stop-a', { status: 'resolved', resolvedHow: 'reaction' }),
      ...manyIncidents,
    ];
    const text = textOf(picture({ underWay: manyJobs, incidents }), 100);
    expect(text.find((line) => line.startsWith('  PATCH'))).toContain('PATCH_SRV_39');
    expect(text.filter((line) => /^[!✓]/.test(line)).map((line) => line[0])).toEqual([...'!!!!!!!!!', '✓']);
  });

  it('stands straight whatever characters the names of jobs are made of', () => {
    const names = ['STOP_WEB_日本語', 'STOP_WEB_a\u0308\u0308', 'STOP_WEB_plain', 'X'.repeat(300)];
    const underWay = names.map((name, i) => jobView(`stop-${i}`, { name }));
    const rows = textOf(picture({ underWay }), 80).filter((line) => /^ {2}(STOP|X)/.test(line));
    expect(rows.map((line) => lineWidth([{ text: line }]))).toEqual([56, 56, 56, 56]);
  });

  it.each([
    ['needs approval: patchtide campaign approve CHG-1', { status: 'planned', startedAt: null }],
    ['paused by k.lindner: the DBA is late', { paused: { by: 'k.lindner', reason: 'the DBA is late' } }],
    ['aborted by k.lindner', { restore: { cause: 'abort', by: 'k.lindner', reason: '' } }],
    ['budget used up, nothing new is stopped: tier db', { exhaustedBudgets: ['tier db'] }],
    [
      'wave rest is not released yet',
      { closedGates: ['wave rest is not released yet: 1 check has not passed'] },
    ],
    ['people are needed', { status: 'needs-hands' }],
  ] as const)('tells people what they must know: %s', (words, more) => {
    const notice = textOf(picture({ campaign: campaignView(more) })).find((line) =>
      line.startsWith('notice'),
    );
    expect(notice).toContain(words);
  });

  it('says when what it shows is old', () => {
    const text = textOf(picture({ doubt: { takenMs: NOW_MS - 42_000, why: 'nobody answers' } }));
    expect(text).toContain('notice     STALE, last seen 42 s ago: nobody answers');
  });

  it('says that the window is missed, not only by how much', () => {
    const forecast = {
      end: '2026-11-29T22:30:00.000Z',
      slackMs: -1_800_000,
      fits: false,
      decidedBy: null,
      cause: null,
    };
    expect(textOf(picture({ campaign: campaignView({ forecast }) }))).toContain(
      'forecast   ends 23:30:00   30 min TOO LATE',
    );
  });

  it('is understood without colours and without Unicode', () => {
    const campaign = campaignView({ jobs: { succeeded: 5, running: 2, failed: 1, waiting: 2 } });
    const lines = boardLines(picture({ campaign }), { cells: 80, isUnicode: false });
    const bar = lines.map((line) => renderLine(line, 80, plain)).find((line) => line.includes('%'));
    expect(bar).toMatch(/^#+=+!+\.+ {2}5\/10 jobs {2}50 %$/);
  });

  it('exists before there is a plan, and after the end', () => {
    const early = campaignView({ status: 'planning', jobs: {}, startedAt: null, forecast: null, servers: 0 });
    expect(textOf(picture({ campaign: early })).join('\n')).toContain('0/0 jobs');
    const closed = { outcome: 'completed', at: secondsAgo(0), serversPatched: 2 };
    const late = campaignView({ status: 'completed', closed, forecast: null, openObligations: 0 });
    expect(textOf(picture({ campaign: late })).join('\n')).toMatch(
      /completed after 90 s[^]*result {5}closed Sun 29 Nov 20:00 {3}2 of 2 servers patched/,
    );
  });
});
