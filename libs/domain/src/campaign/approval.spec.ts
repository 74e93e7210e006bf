import type { CampaignEvent } from '@patchtide/contracts';
import { given, typesOf } from '../testing/given';
import { threeTiers } from '../testing/landscapes';
import { Night } from '../testing/night';
import { aChange, digestOf, PLANNED_AT, planOf, WINDOW_END, WINDOW_START } from '../testing/plans';

const plan = planOf({ landscape: threeTiers() });
const at = PLANNED_AT;
const submit = (letter = 'd', more = {}) =>
  ({ type: 'SubmitChange', change: aChange(more), changeDigest: digestOf(letter), at }) as const;
const rejection: CampaignEvent = {
  type: 'CampaignRejected',
  data: { stage: 'plan', revision: 1, reasons: [], at },
};
const accepted = given(null).when(submit());

/** A night before anything was approved. */
function planned(more = {}): Night {
  const n = new Night(plan, more);
  n.submit();
  n.adopt();
  return n;
}

it('takes the same change twice as nothing', () => {
  expect(given(null, ...accepted).when(submit())).toEqual([]);
});

it('refuses another version of a change whose campaign exists', () => {
  expect(() => given(null, ...accepted).when(submit('e'))).toThrow('already has a campaign');
});

it('accepts a corrected change after a rejection, as a new revision', () => {
  const [event] = given(null, ...accepted, rejection).when(submit('e'));

  expect(event).toMatchObject({ type: 'ChangeAccepted', data: { revision: 2, changeDigest: digestOf('e') } });
});

it('accepts the very same change again after a rejection, because the CMDB may have been corrected', () => {
  expect(given(null, ...accepted, rejection).when(submit())).toMatchObject([{ data: { revision: 2 } }]);
});

it('takes a change whose campaign has closed as known', () => {
  const n = planned();
  n.operator('Abort');

  expect(n.submit()).toEqual([]);
  expect(() => n.send(submit('e'))).toThrow('already has a campaign');
});

it('ignores a plan or a rejection of an older revision', () => {
  const again = given(null, ...accepted, rejection).when(submit('e'));
  const past = [...accepted, rejection, ...again];

  expect(given(plan, ...past).when({ type: 'AdoptPlan', plan, revision: 1, at })).toEqual([]);
  expect(
    given(plan, ...past).when({ type: 'RejectPlan', stage: 'plan', revision: 1, reasons: [], at }),
  ).toEqual([]);
  expect(typesOf(given(plan, ...past).when({ type: 'AdoptPlan', plan, revision: 2, at }))).toEqual([
    'CampaignPlanned',
  ]);
});

it('takes a plan that arrives twice as nothing', () => {
  expect(planned().adopt()).toEqual([]);
});

it('does not start without an approval, even when the window opens', () => {
  const n = planned();

  expect(n.until(WINDOW_START)).toEqual([]);
  expect(() => n.operator('Start')).toThrow('the campaign is planned and cannot be started');
});

it('refuses the approval of whoever requested the change', () => {
  expect(() => planned().approve('m.weber')).toThrow('requested this change and cannot approve it');
});

it('refuses the approval of another plan than the present one', () => {
  const n = planned();

  expect(() =>
    n.send({ type: 'Approve', planDigest: digestOf('9'), by: 'k.lindner', reason: '', at }),
  ).toThrow(`the campaign's plan is ${plan.digest}`);
});

it('refuses an approval before there is a plan', () => {
  const n = new Night(plan);
  n.submit();

  expect(() => n.approve()).toThrow('the campaign is planning and cannot be approved');
});

it('takes a repeated approval as nothing and records that of a second approver', () => {
  const n = planned();
  n.approve('k.lindner');

  expect(n.approve('k.lindner')).toEqual([]);
  expect(n.approve('o.brandt')).toMatchObject([{ type: 'CampaignApproved', data: { by: 'o.brandt' } }]);
});

it('takes over approvals recorded in the change, except those of its requester', () => {
  const approvals = [
    { by: 'm.weber', at },
    { by: 'k.lindner', at },
  ];
  const n = new Night(plan, { approvals });
  n.submit();

  expect(n.adopt().slice(1)).toEqual([
    { type: 'CampaignApproved', data: { by: 'k.lindner', planDigest: plan.digest, source: 'change', at } },
  ]);
  expect(n.campaign.status).toBe('approved');
});

it('does not take a change that only its requester approved for approved', () => {
  expect(planned({ approvals: [{ by: 'm.weber', at }] }).campaign.status).toBe('planned');
});

it('starts by itself when the window opens', () => {
  const n = planned();
  n.approve();

  expect(n.until('2026-11-29T20:59:59.999Z')).toEqual([]);
  expect(typesOf(n.until(WINDOW_START))[0]).toBe('CampaignStarted');
});

it('refuses a start by hand outside the window', () => {
  const n = planned();
  n.approve();

  expect(() => n.operator('Start')).toThrow('the window opens at');
});

it('takes a repeated start as nothing', () => {
  const n = planned();
  n.approve();
  n.until(WINDOW_START);

  expect(n.operator('Start')).toEqual([]);
});

it('closes a campaign whose window passes before it was approved, and touches nothing', () => {
  const n = planned();

  expect(typesOf(n.until(WINDOW_END))).toEqual(['RestoreBegan', 'CampaignClosed']);
  expect(n.campaign.closed?.outcome).toBe('window-closed');
});

it('stays rejected with all its reasons', () => {
  const n = new Night(plan);
  n.submit();
  const reasons = [{ path: '/scope', message: 'matches nothing', remedy: 'Name something.' }];
  n.send({ type: 'RejectPlan', stage: 'landscape', revision: 1, reasons, at });

  expect(n.campaign).toMatchObject({ status: 'rejected', reasons });
  expect(n.until(WINDOW_START)).toEqual([]);
  expect(() => n.operator('Abort')).toThrow('the campaign is rejected and cannot be aborted');
});
