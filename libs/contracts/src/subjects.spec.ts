import { events } from './registry';
import { CURRENT_LANDSCAPE_STREAM, streamOf, subjects } from './subjects';
import { ACTIONS, ATTEMPT_ID, CAMPAIGN_ID, CI_ID, JOB_ID } from './words';

describe('subjects', () => {
  it('put category, stream and type of an event into a token each', () => {
    expect(subjects.event('campaign', 'campaign-CHG1', 'JobStarted')).toBe(
      'patchtide.events.campaign.campaign-CHG1.JobStarted',
    );
  });

  it.each(['incident-CHG1.srv', 'incident-a b', 'incident-*', 'incident->', 'incident-ä', 'incident-a\nb'])(
    'make one token of the stream %p, without wildcards',
    (stream) => {
      const tokens = subjects.event('incident', stream, 'IncidentClosed').split('.');
      expect(tokens).toHaveLength(5);
      expect(tokens[3]).toMatch(/^[A-Za-z0-9_-]+$/);
    },
  );

  it('of events can be asked for across all streams', () => {
    expect(subjects.event('plan', '*', 'PlanGenerated')).toBe('patchtide.events.plan.*.PlanGenerated');
  });

  it('are different for work of different executors and zones', () => {
    expect(subjects.work('host', 'dc1')).toBe('patchtide.work.host.dc1');
    expect(subjects.work('suppression', 'all')).toBe('patchtide.work.suppression.all');
    expect(subjects.reports('CHG1')).toBe('patchtide.reports.CHG1');
    expect(subjects.dead('PATCHTIDE_WORK')).toBe('patchtide.dead.PATCHTIDE_WORK');
  });
});

describe('streams', () => {
  it('begin with the category that their events are registered under', () => {
    const categories = Object.entries(streamOf).map(([name, make]) => [name, make('x').split('-')[0]]);
    expect(Object.fromEntries(categories)).toEqual(
      Object.fromEntries(Object.keys(events).map((category) => [category, category])),
    );
  });

  it('keep the present landscape where no campaign can be', () => {
    expect(CURRENT_LANDSCAPE_STREAM.startsWith('landscape-')).toBe(true);
    expect(CAMPAIGN_ID.test(CURRENT_LANDSCAPE_STREAM.slice('landscape-'.length))).toBe(false);
  });
});

describe('the stream of an incident', () => {
  it('is another one for every incident, whatever its id holds', () => {
    const ids = ['a.b', 'a_b', 'a_2eb', 'a/b', 'a b', 'a-b', 'ab', 'a_5fb'];
    const streams = ids.map(streamOf.incident);
    expect(new Set(streams).size).toBe(ids.length);
    for (const stream of streams) expect(stream).toMatch(/^incident-[A-Za-z0-9_-]+$/);
  });
});

describe('ids', () => {
  const refused = [
    '',
    '-a',
    '.',
    '..',
    'a b',
    'a/b',
    'a\nb',
    'a\n',
    'ä',
    'a*',
    'a>b',
    '$(x)',
    'a"; rm -rf /',
    '../a',
  ];

  it.each(refused)('of campaigns, CIs and jobs are never %p', (text) => {
    expect([CAMPAIGN_ID.test(text), CI_ID.test(text), JOB_ID.test(`stop-${text}`)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('are bounded in length, because they become file names', () => {
    expect(CAMPAIGN_ID.test('a'.repeat(64))).toBe(true);
    expect(CAMPAIGN_ID.test('a'.repeat(65))).toBe(false);
    expect(CI_ID.test('a'.repeat(128))).toBe(true);
    expect(CI_ID.test('a'.repeat(129))).toBe(false);
  });

  it('of campaigns have no dot, because they are one token of a subject', () => {
    expect(CAMPAIGN_ID.test('a.b')).toBe(false);
    expect(CI_ID.test('a.b')).toBe(true);
  });

  it('of attempts name campaign, job and number, for every action', () => {
    for (const action of ACTIONS) {
      const job = `${action.toLowerCase()}-crm.db_01`;
      expect(JOB_ID.test(job)).toBe(true);
      expect(ATTEMPT_ID.test(`CHG1/${job}/1`)).toBe(true);
    }
    for (const broken of ['CHG1/stop-a/0', 'CHG1/stop-a/01', 'CHG1/stop-a', 'CHG1/../1', 'CHG1/stop-a/1/2']) {
      expect(ATTEMPT_ID.test(broken)).toBe(false);
    }
  });
});
