import type { PlanInput } from '../plan/build-plan';
import { component, landscapeOf } from '../testing/landscapes';
import { aChange, aPolicy, digestOf, PLANNED_AT, WINDOW_START } from '../testing/plans';
import { whatIf, type WhatIf } from './what-if';

const durations = { STOP: '1m', PATCH: '10m', REBOOT: '5m', VERIFY: '1m', START: '2m' } as const;

/** Four servers with an application each, one at a time; web of shop needs db of crm. */
function input(more: Partial<PlanInput> = {}): PlanInput {
  const landscape = landscapeOf({
    components: ['crm', 'shop', 'wiki', 'mail'].map((application) =>
      component(`c-${application}`, { application }),
    ),
    needs: [['c-shop', 'c-crm']],
  });
  const window = { start: WINDOW_START, end: '2026-11-29T22:00:00.000Z', timezone: 'Europe/Berlin' };
  return {
    landscape,
    policy: aPolicy({ durations, limits: { campaign: 1 } }),
    change: aChange({ window }),
    ...{ at: PLANNED_AT, landscapeDigest: digestOf('a'), policyDigest: digestOf('b') },
    ...more,
  };
}

function answerTo(question: WhatIf, asked = input()) {
  const result = whatIf(asked, question);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.answer;
}

it('tells nothing new where nothing is changed', () => {
  const { planned, tried, leftOut, difference } = answerTo({});

  expect(tried).toEqual(planned);
  expect(leftOut).toEqual({ applications: [], servers: 0 });
  expect(difference[0]).toBe(`it ends at the same moment, ${planned.end}`);
});

it('tries other limits beside those that stay', () => {
  const { difference, tried } = answerTo({ limits: { campaign: 4 } });

  expect(tried.fits).toBe(true);
  expect(difference[0]).toMatch(/^it ends \d+ min earlier, at /);
  expect(difference[1]).toMatch(/^it fits now, with \d+ min to spare$/);
});

it('leaves out an application with everything that relations tie to it', () => {
  const { leftOut, difference, tried, planned } = answerTo({ without: ['crm'] });

  expect(leftOut).toEqual({ applications: ['crm', 'shop'], servers: 2 });
  expect(difference[0]).toBe('it leaves out crm, shop with 2 servers');
  expect(tried.durationMs).toBe(planned.durationMs / 2);
  expect(tried.applications.map(({ application }) => application)).toEqual(['mail', 'wiki']);
});

it('tries a longer window', () => {
  const { difference, tried, planned } = answerTo({ windowEnd: '2026-11-29T23:00:00.000Z' });

  expect(tried.end).toBe(planned.end);
  expect(difference.slice(0, 2)).toEqual([
    `it ends at the same moment, ${planned.end}`,
    'it fits now, with 44 min to spare',
  ]);
});

it('answers for a plan that the policy would reject', () => {
  const { policy } = input();

  expect(
    answerTo({ limits: { campaign: 4 } }, input({ policy: { ...policy, admission: 'reject' } })).tried.fits,
  ).toBe(true);
});

it('refuses applications that the plan does not have, and to leave out everything', () => {
  expect(whatIf(input(), { without: ['crm', 'erp'] })).toMatchObject({
    ok: false,
    faults: [{ path: '/without/1' }],
  });
  expect(whatIf(input(), { without: ['crm', 'wiki', 'mail'] })).toMatchObject({
    ok: false,
    faults: [{ path: '/without' }],
  });
});
