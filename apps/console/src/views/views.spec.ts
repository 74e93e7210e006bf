import type { Policy } from '@patchtide/contracts';
import { type CampaignCommand } from '@patchtide/domain';
import { MemoryEventStore } from '@patchtide/event-store';
import { CampaignFold } from '../follow/campaign-fold';
import { RecordedCampaign, WINDOW } from '../testing/recorded-campaign';
import { campaignView } from './campaign-view';
import { conditionViews } from './condition-view';
import { jobViews, obligationViews } from './job-view';
import { stateAt } from './time-travel';

const by = { by: 'k.lindner', reason: 'look first' };

describe('what is shown of a campaign', () => {
  const open = (policy: Partial<Policy> = {}) => {
    const store = new MemoryEventStore();
    const recorded = new RecordedCampaign(store, 'CHG1', policy);
    const folded = async () => (await new CampaignFold('CHG1', store).read()).folded;
    const view = async () => campaignView(await folded(), recorded.at);
    const jobs = async (filter = {}) => jobViews((await folded()).campaign, filter, recorded.at);
    const ask = (type: 'Pause' | 'Resume' | 'Abort') =>
      recorded.send({ type, ...by, at: recorded.at } satisfies CampaignCommand, 'k.lindner');
    return { store, recorded, folded, view, jobs, ask };
  };

  it('is its status, its window and its digests, and nothing of a plan before there is one', async () => {
    const { recorded, view } = open();
    await recorded.submit();
    expect(await view()).toMatchObject({
      ...{ id: 'CHG1', status: 'planning', requestedBy: 'm.weber', planDigest: null, servers: 0, jobs: {} },
      ...{ forecast: null, version: 1, window: { end: WINDOW.end } },
    });
    const { digest } = await recorded.plan();
    expect(await view()).toMatchObject({ status: 'approved', planDigest: digest, servers: 2 });
  });

  it('is how many jobs stand where, what is owed and where it ends as it goes now', async () => {
    const { recorded, view } = open();
    await recorded.start();
    await recorded.ends('stop-web');
    const { status, jobs, openObligations, forecast } = await view();
    expect([status, jobs['succeeded'], openObligations]).toEqual(['running', 1, 2]);
    expect(jobs['dispatched']).toBe(recorded.running.length);
    expect(forecast).toMatchObject({ fits: true, windowEnd: WINDOW.end });
  });

  it('says pausing while jobs still run, and paused when none does', async () => {
    const { recorded, view, ask } = open();
    await recorded.start();
    await ask('Pause');
    expect(await view()).toMatchObject({ status: 'pausing', paused: by });
    await recorded.ends('stop-web');
    expect((await view()).status).toBe('paused');
    await ask('Resume');
    expect(await view()).toMatchObject({ status: 'running', paused: null });
  });

  it('says that it is on the way up, and how it ended', async () => {
    const { recorded, view, ask } = open();
    await recorded.start();
    await recorded.ends('stop-web');
    await ask('Abort');
    expect(await view()).toMatchObject({ status: 'restoring', restore: { cause: 'abort' } });
    await recorded.finish();
    expect(await view()).toMatchObject({ status: 'aborted', openObligations: 0, forecast: null });
  });

  it('says of a job why it waits and what it may be answered with', async () => {
    const { recorded, jobs } = open();
    await recorded.start();
    await recorded.ends('stop-web', 'failed');
    const [failed] = await jobs({ status: 'failed' });
    expect(failed).toMatchObject({
      ...{ id: 'stop-web', outcome: 'failed', outputTail: 'the last line', waitingBecause: null },
      answers: ['retry', 'complete', 'take-over'],
    });
    const [waiting] = await jobs({ server: 'srv-db', action: 'STOP' });
    expect(waiting).toMatchObject({ id: 'stop-db', status: 'waiting' });
    expect(waiting?.waitingBecause).toContain(failed?.name);
  });

  it('lists the conditions that it waits for, and says as a whole what keeps it', async () => {
    const { recorded, folded, view } = open({ gates: [{ name: 'month-end-closed' }] });
    const conditions = async () => conditionViews((await folded()).campaign, recorded.at);
    await recorded.start();
    const nothing = { met: false, until: null, by: null, reason: '', at: null, waiting: 2 };
    expect(await conditions()).toEqual([{ name: 'month-end-closed', ...nothing }]);
    expect((await view()).closedGates).toEqual([
      '2 job(s) wait for month-end-closed, which nobody has published',
    ]);
    const said = { condition: 'month-end-closed', met: true, ...by, at: recorded.at } as const;
    await recorded.send({ type: 'StateCondition', ...said }, 'k.lindner');
    expect(await conditions()).toMatchObject([{ met: true, until: null, ...by, at: said.at, waiting: 1 }]);
    expect((await view()).closedGates).toEqual([]);
  });

  it('tells what an attempt said until the next one begins, and no output of one that failed after success', async () => {
    const { recorded, jobs } = open();
    const stopWeb = async () => (await jobs()).find(({ id }) => id === 'stop-web');
    await recorded.start();
    await recorded.ends('stop-web', 'failed');
    const retry = { type: 'ControlJob', job: 'stop-web', verb: 'retry', ...by, at: recorded.at } as const;
    await recorded.send(retry, 'k.lindner');
    expect(await stopWeb()).toMatchObject({ status: 'dispatched', attempt: 2, summary: '', outputTail: '' });
    await recorded.ends('stop-web');
    expect(await stopWeb()).toMatchObject({ status: 'succeeded', summary: 'it succeeded', outputTail: '' });
  });

  it('offers no answers to jobs of a campaign that does not run', async () => {
    const { recorded, jobs, ask } = open();
    await recorded.submit();
    await recorded.plan();
    expect((await jobs()).flatMap(({ answers }) => answers)).toEqual([]);
    await recorded.pass(3_600_000);
    await recorded.ends('stop-web', 'failed');
    await ask('Abort');
    await recorded.finish();
    expect((await jobs()).flatMap(({ answers }) => answers)).toEqual([]);
  });

  it('lists the jobs that match every word, in the order of the plan', async () => {
    const { recorded, jobs } = open();
    await recorded.start();
    const all = await jobs();
    expect((await jobs({ application: 'crm' })).length).toBe(all.length);
    expect((await jobs({ action: 'STOP' })).map(({ id }) => id)).toEqual(['stop-db', 'stop-web']);
    expect(await jobs({ action: 'STOP', status: 'succeeded' })).toEqual([]);
  });

  it('lists what is owed, open ones first', async () => {
    const { recorded, folded } = open();
    await recorded.start();
    await recorded.ends('stop-web');
    await recorded.ends('stop-db');
    for (const job of ['patch-srv-db', 'reboot-srv-db', 'verify-srv-db', 'start-db']) {
      if (recorded.running.includes(job)) await recorded.ends(job);
    }
    const obligations = obligationViews((await folded()).campaign);
    expect(obligations.map(({ open: isOpen }) => isOpen)).toEqual(
      [...obligations.map(({ open: isOpen }) => isOpen)].sort((a, b) => Number(b) - Number(a)),
    );
    expect(obligations.map(({ id }) => id).sort()).toEqual(['stopped:db', 'stopped:web']);
  });

  it('at a moment is what was recorded until then', async () => {
    const { store, recorded } = open();
    await recorded.start();
    const before = recorded.at;
    await recorded.ends('stop-web');
    const after = recorded.at;
    await recorded.finish();
    const statusAt = async (at: string) => {
      const { campaign } = await stateAt(store, 'CHG1', at);
      return [campaign.status, campaign.execution?.jobs.get('stop-web')?.status];
    };
    expect(await statusAt('2026-01-01T00:00:00Z')).toEqual(['none', undefined]);
    expect(await statusAt(before)).toEqual(['running', 'dispatched']);
    expect(await statusAt(after)).toEqual(['running', 'succeeded']);
    expect(await statusAt('2027-01-01T00:00:00Z')).toEqual(['closed', 'succeeded']);
  });
});
