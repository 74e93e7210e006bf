import type { Policy } from '@patchtide/contracts';
import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { faultsOf, planOf, WINDOW_START } from '../testing/plans';
import { fitsBy } from './admission';

const MINUTE_MS = 60_000;
const durations = { STOP: '1m', PATCH: '10m', REBOOT: '5m', VERIFY: '1m', START: '2m' } as const;

function window(minutes: number) {
  const end = new Date(Date.parse(WINDOW_START) + minutes * MINUTE_MS).toISOString();
  return { start: WINDOW_START, end, timezone: 'Europe/Berlin' };
}

/** Three applications of one server each, 19 minutes long, of which one runs at a time. */
function oneAfterTheOther(minutes: number, policy: Partial<Policy> = {}) {
  const landscape = landscapeOf({
    components: ['crm', 'shop', 'wiki'].map((application) => component(`c-${application}`, { application })),
  });
  const applications = landscape.applications.map((application) =>
    application.id === 'wiki' ? { ...application, criticality: 'low' as const } : application,
  );
  return {
    landscape: { ...landscape, applications },
    policy: { durations, limits: { campaign: 1 }, ...policy },
    change: { window: window(minutes) },
    nights: 500,
  };
}

it('lets the expected end decide, or as many nights as the policy asks for', () => {
  const night = (fits: boolean, inWindow: number) => ({ fits, spread: { inWindow } });

  expect([fitsBy(null, night(true, 0.4)), fitsBy(null, night(false, 0.6))]).toEqual([true, false]);
  expect([fitsBy(90, night(true, 0.89)), fitsBy(90, night(false, 0.9))]).toEqual([false, true]);
});

it('says of a plan that fits by how much, and proposes nothing', () => {
  expect(planOf(oneAfterTheOther(120, { admission: 'propose' })).admission).toEqual({
    verdict: 'fits',
    rule: 'propose',
    reasons: [
      'it is expected to end at 2026-11-29T21:57:00.000Z, 1 h 3 min before its window does',
      '100 % of 500 simulated nights end inside the windows',
    ],
    moves: [],
  });
});

it('shows a plan that does not fit, and leaves it to people, where the policy says nothing else', () => {
  const { admission, forecast } = planOf(oneAfterTheOther(40));

  expect(admission).toMatchObject({ verdict: 'does-not-fit', rule: 'ask', moves: [] });
  expect(admission.reasons).toEqual([
    'it is expected to end at 2026-11-29T21:57:00.000Z, 17 min after its window does',
    '0 % of 500 simulated nights end inside the windows',
    `no order of its jobs takes less than 57 min, because of ${forecast.boundBy}`,
  ]);
});

it('proposes to leave out the least important application, and as few as are needed', () => {
  const movesAt = (minutes: number) =>
    planOf(oneAfterTheOther(minutes, { admission: 'propose' })).admission.moves.map(
      (move) => move.applications,
    );

  expect(movesAt(40)).toEqual([['wiki']]);
  expect(movesAt(20)).toEqual([['wiki'], ['crm']]);
  expect(movesAt(10)).toHaveLength(3);
});

it('proposes for the confidence that the policy asks for, not for the expected end', () => {
  const plan = planOf(oneAfterTheOther(60, { admission: 'propose', confidence: 95 }));

  expect(plan.forecast.fits).toBe(true);
  expect(plan.admission).toMatchObject({
    verdict: 'does-not-fit',
    moves: [{ applications: ['wiki'], toWindow: null }],
  });
  expect(plan.admission.reasons[1]).toMatch(
    / of 500 simulated nights end inside the windows, and the policy asks for 95 %$/,
  );
});

it('rejects a plan where the policy says so, with figures and what would help', () => {
  expect(faultsOf(oneAfterTheOther(40, { admission: 'reject' }))).toEqual([
    {
      path: '/window',
      message: expect.stringContaining('17 min after its window does') as string,
      remedy: expect.stringMatching(/^Leave out wiki \(1 server\), or ask for a longer window/) as string,
    },
  ]);
  expect(faultsOf(oneAfterTheOther(60, { admission: 'reject' }))).toEqual([]);
});

it('leaves out what relations tie together as a whole', () => {
  const plan = planOf({
    landscape: threeTiers(),
    policy: { durations, admission: 'propose' },
    change: { window: window(20) },
  });

  expect(plan.admission.moves).toMatchObject([{ applications: ['crm'], servers: 3, toWindow: null }]);
});
