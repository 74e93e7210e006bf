import { existsSync, renameSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Landscape } from '@patchtide/contracts';
import { waitUntil } from '@patchtide/embedded';
import { connectBus, STREAMS } from '@patchtide/messaging';
import type { FleetProcess } from '../demo/fleet-process';
import { Campaign, type IncidentView, type JobView } from './testing/campaigns';
import { readLog } from './testing/history';
import { HostRecord } from './testing/host-record';
import { changeFor, testPolicy } from './testing/inputs';
import { type Night, startSimulatedNight } from './testing/night';
import { runByHand } from './testing/simulated-shell';

const END_MS = 90_000;
const TAKES_AWAY = ['MUTE', 'HOLD', 'STOP', 'PATCH', 'REBOOT'];

describe('hands on the wheel, and parts that die', () => {
  let night: Night;
  let fleet: FleetProcess;
  let record: HostRecord;
  let landscape: Landscape;

  beforeAll(async () => {
    const policy = testPolicy({
      budgets: { tier: { db: 1 } },
      reactions: [{ on: 'failed', action: 'STOP', tier: 'db', retry: 1, delay: '100ms' }],
    });
    const args = ['--servers', '9', '--applications', '3', '--seed', '3', '--speed', '5'];
    ({ night, fleet } = await startSimulatedNight({ fleet: args, policy, agents: 2 }));
    record = new HostRecord(fleet);
    landscape = JSON.parse(await readFile(fleet.landscape, 'utf8')) as Landscape;
  }, 120_000);
  afterAll(() => night.stop());
  afterEach(async () => {
    expect(await record.falseAlarms()).toEqual([]);
    expect(await record.notGivenBack(landscape)).toEqual([]);
  });

  async function begin(id: string, applications?: string[]): Promise<Campaign> {
    await night.publish(changeFor(id, applications === undefined ? {} : { scope: { applications } }));
    return new Campaign(night.api(), id);
  }

  const answer = (verb: string, campaign: string, job: string) =>
    night.patchtide('job', verb, campaign, job, '--reason', 'seen on the console');

  async function dispatched(campaign: Campaign, from: string, to: string): Promise<string[]> {
    const events = await campaign.events();
    const [begin, end] = [from, to].map((wanted) => events.findIndex(({ type }) => type === wanted));
    expect([from, begin, to, end]).not.toContain(-1);
    return events
      .slice(begin, end)
      .flatMap(({ type, data }) => (type === 'JobDispatched' ? [String(data['job'])] : []));
  }

  it('pauses by finishing what runs and starting nothing new, says so, and goes on', async () => {
    await record.addFaults({
      host: 'srv-0005',
      command: 'apt-get dist-upgrade',
      kind: 'slow',
      extraMs: 8_000,
    });
    const campaign = await begin('CHG-PAUSE', ['payments']);
    await campaign.reaches(
      'a patch that runs',
      async () => (await jobsIn(campaign, 'PATCH', 'running')).length > 0,
    );
    expect(await night.patchtide('campaign', 'pause', 'CHG-PAUSE', '--reason', 'coffee')).toMatchObject({
      code: 0,
    });
    expect((await campaign.view()).status).toBe('pausing');
    await campaign.until(['paused'], END_MS);
    expect((await campaign.job('patch-srv-0005')).status).toBe('succeeded');
    const { stdout } = await night.patchtide('job', 'list', 'CHG-PAUSE', '--status', 'waiting', '--json');
    const waiting = (JSON.parse(stdout) as JobView[]).map((job) => job.waitingBecause);
    expect(new Set(waiting)).toEqual(new Set(['the campaign is paused by operator: coffee']));
    expect(await night.patchtide('campaign', 'resume', 'CHG-PAUSE')).toMatchObject({ code: 0 });
    await campaign.until(['completed'], END_MS);
    expect(await dispatched(campaign, 'CampaignPaused', 'CampaignResumed')).toEqual([]);
  });

  async function jobsIn(campaign: Campaign, action: string, status: string): Promise<string[]> {
    const { status: code } = await night.api().ask('GET', `/campaigns/${campaign.id}/plan`);
    if (code !== 200) return [];
    return (await campaign.jobs(`action=${action}&status=${status}`)).map(({ id }) => id);
  }

  it("makes an incident of every job that fails for good, and takes a person's answers", async () => {
    await record.addFaults(
      {
        host: 'srv-0007',
        unit: unitOf('payments-db-01a'),
        command: 'systemctl stop',
        kind: 'fail',
        times: 2,
      },
      { host: 'srv-0005', command: 'apt-get dist-upgrade', kind: 'fail' },
      { host: 'srv-0008', unit: unitOf('messaging-web-01a'), command: 'systemctl start', kind: 'fail' },
      { host: 'srv-0008', unit: unitOf('messaging-web-01b'), command: 'systemctl start', kind: 'fail' },
    );
    const campaign = await begin('CHG-FAULTS');
    await databaseIsRetried(campaign);
    await failed(campaign, 'patch-srv-0005');
    expect(await answer('skip', 'CHG-FAULTS', 'patch-srv-0005')).toMatchObject({ code: 0 });
    await failed(campaign, 'start-messaging-web-01a');
    await startByHand('srv-0008', unitOf('messaging-web-01a'));
    expect(await answer('complete', 'CHG-FAULTS', 'start-messaging-web-01a')).toMatchObject({ code: 0 });
    await failed(campaign, 'start-messaging-web-01b');
    expect(await answer('take-over', 'CHG-FAULTS', 'start-messaging-web-01b')).toMatchObject({ code: 0 });
    expect((await campaign.job('start-messaging-web-01b')).status).toBe('taken-over');
    expect(await answer('hand-back', 'CHG-FAULTS', 'start-messaging-web-01b')).toMatchObject({ code: 0 });
    const end = await campaign.until(['completed'], END_MS);
    expect(end).toMatchObject({ openObligations: 0, openIncidents: 0, closed: { serversPatched: 8 } });
    const incidents = await campaign.incidents();
    expect(incidents.map(({ name, status, resolvedHow }) => [name, status, resolvedHow]).sort()).toEqual([
      ['PATCH_OS_payments-web-01', 'resolved', 'operator'],
      ['START_WEB_messaging-web-01a', 'resolved', 'operator'],
      ['START_WEB_messaging-web-01b', 'resolved', 'operator'],
      ['STOP_DB_payments-db-01a', 'resolved', 'operator'],
    ]);
  });

  /** One failing database uses up its tier's budget: no other is stopped until it is well again. */
  async function databaseIsRetried(campaign: Campaign): Promise<void> {
    await failed(campaign, 'stop-payments-db-01a');
    await campaign.reaches('a database that waits for the budget', async () =>
      (await campaign.jobs('action=STOP&status=waiting')).some((job) =>
        job.waitingBecause?.includes('budget of tier db'),
      ),
    );
    expect((await campaign.view()).exhaustedBudgets).toEqual(['tier db']);
    const listed = await campaign.reaches('the incident in the list', async () => {
      const { stdout } = await night.patchtide('incident', 'list', '--campaign', 'CHG-FAULTS', '--json');
      return (JSON.parse(stdout) as IncidentView[]).find(({ status }) => status === 'open');
    });
    expect(listed).toMatchObject({
      name: 'STOP_DB_payments-db-01a',
      answers: ['retry', 'complete', 'take-over'],
    });
    expect(listed.summary).toContain('could not be stopped');
    const refused = await answer('skip', 'CHG-FAULTS', 'stop-payments-db-01a');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be skipped') });
    expect(await answer('retry', 'CHG-FAULTS', 'stop-payments-db-01a')).toMatchObject({ code: 0 });
    await campaign.reaches(
      'the third attempt',
      async () => (await campaign.job('stop-payments-db-01a')).status === 'succeeded',
    );
    expect((await campaign.job('stop-payments-db-01a')).attempt).toBe(3);
    const meanwhile = await dispatched(campaign, 'BudgetExhausted', 'BudgetRecovered');
    expect(meanwhile.filter((job) => /^stop-.*-db-/.test(job))).toEqual(['stop-payments-db-01a']);
  }

  const failed = (campaign: Campaign, job: string) =>
    campaign.reaches(
      `${job} to fail`,
      async () => {
        const { status, body } = await night
          .api()
          .ask<{ status: string }>('GET', `/campaigns/${campaign.id}/jobs/${job}`);
        return status === 200 && body.status === 'failed';
      },
      END_MS,
    );

  function unitOf(component: string): string {
    return landscape.components.find(({ id }) => id === component)?.unit ?? '';
  }

  const startByHand = (server: string, unit: string): Promise<void> =>
    runByHand(fleet, landscape, server, ['systemctl', 'start', unit]);

  it('aborts by taking nothing more away and giving everything back', async () => {
    await record.addFaults({
      host: 'srv-0005',
      command: 'apt-get dist-upgrade',
      kind: 'slow',
      extraMs: 8_000,
    });
    const campaign = await begin('CHG-ABORT');
    await campaign.reaches(
      'a patch that runs',
      async () => (await jobsIn(campaign, 'PATCH', 'running')).length > 0,
    );
    expect(await night.patchtide('campaign', 'abort', 'CHG-ABORT', '--reason', 'fire drill')).toMatchObject({
      code: 0,
    });
    const watched = await night.patchtide('campaign', 'watch', 'CHG-ABORT');
    expect(watched).toMatchObject({ code: 1, stderr: expect.stringContaining('aborted') });
    expect(await campaign.view()).toMatchObject({ status: 'aborted', openObligations: 0 });
    const after = await dispatched(campaign, 'RestoreBegan', 'CampaignClosed');
    const actions = after.map((job) => (job.split('-')[0] ?? '').toUpperCase());
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => TAKES_AWAY.includes(action))).toEqual([]);
  });

  it('goes on after campaign-control was killed, and executes nothing twice', async () => {
    const campaign = await begin('CHG-CONTROL');
    await campaign.reaches('the middle', async () => (await jobsIn(campaign, 'PATCH', 'running')).length > 1);
    const control = night.system.parts.get('campaign-control');
    process.kill(control?.pid() ?? 0, 'SIGKILL');
    await campaign.until(['completed'], END_MS);
    expect(control?.restarts()).toBe(1);
    await expectOneExecutionEach(campaign);
  });

  it('goes on after NATS was killed and everything in it was wiped', async () => {
    const campaign = await begin('CHG-WIPE');
    await campaign.reaches('the middle', async () => (await jobsIn(campaign, 'PATCH', 'running')).length > 1);
    const nats = night.system.parts.get('nats');
    const storage = join(night.system.directory.nats, 'jetstream');
    renameSync(storage, `${storage}-wiped`);
    process.kill(nats?.pid() ?? 0, 'SIGKILL');
    await campaign.until(['completed'], END_MS);
    expect(nats?.restarts()).toBe(1);
    expect(existsSync(storage)).toBe(true);
    await expectOneExecutionEach(campaign);
    await expectRefilledStream();
    // The way in is open again too.
    await (await begin('CHG-AFTER', ['payments'])).until(['completed'], END_MS);
  });

  async function expectOneExecutionEach(campaign: Campaign): Promise<void> {
    const attempts = await record.attempts(campaign.id);
    expect(attempts.filter(({ executions }) => executions !== 1)).toEqual([]);
    const retried = (await campaign.jobs()).filter(({ attempt }) => attempt !== 1);
    expect(retried).toEqual([]);
    expect(await campaign.incidents()).toEqual([]);
  }

  /** What is published has the positions of the log, from the first on. */
  async function expectRefilledStream(): Promise<void> {
    const bus = await connectBus({ url: night.system.natsUrl, name: 'observer' });
    const { positions, isVerified } = await readLog(night.system);
    expect(isVerified).toBe(true);
    const isFull = async (): Promise<boolean> => {
      const state = await bus.streamState(STREAMS.events);
      return (
        state?.firstSequence === 1 &&
        state.messages === positions.length &&
        state.lastSequence === positions.at(-1)
      );
    };
    await waitUntil(isFull, { timeoutMs: 10_000, what: 'the refilled event stream' });
    await bus.close(500);
  }
});
