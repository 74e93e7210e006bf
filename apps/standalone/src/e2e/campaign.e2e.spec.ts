import { readFile } from 'node:fs/promises';
import type { Landscape, Plan } from '@patchtide/contracts';
import { waitUntil } from '@patchtide/embedded';
import type { FleetProcess } from '../demo/fleet-process';
import { Campaign, type EventView, type JobView, type ObligationView } from './testing/campaigns';
import { EventReceiver } from './testing/event-stream';
import { readLog, retell } from './testing/history';
import { type Attempt, type Execution, type Host, HostRecord, type Transition } from './testing/host-record';
import { HostRules } from './testing/host-rules';
import { changeFor, testPolicy } from './testing/inputs';
import { type Night, startSimulatedNight } from './testing/night';

const CAMPAIGN_MS = 90_000;

describe('a campaign over simulated servers, as their own record tells it', () => {
  let night: Night;
  let fleet: FleetProcess;
  let record: HostRecord;
  let receiver: EventReceiver;
  let campaign: Campaign;
  let landscape: Landscape;
  let plan: Plan;
  let before: Host[];
  let events: EventView[];
  let attempts: Attempt[];
  let executions: Execution[];
  let transitions: Transition[];
  const ends: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    const args = ['--servers', '16', '--applications', '5', '--seed', '7', '--speed', '5'];
    ({ night, fleet } = await startSimulatedNight({ fleet: args, policy: testPolicy() }));
    ends.push(night.stop);
    record = new HostRecord(fleet);
    receiver = new EventReceiver(night.api('viewer'));
    ends.push(() => receiver.stop());
    landscape = JSON.parse(await readFile(fleet.landscape, 'utf8')) as Landscape;
    before = await record.hosts();
    campaign = new Campaign(night.api(), 'CHG-1');
    const change = changeFor('CHG-1');
    // At-least-once publishers repeat themselves.
    await Promise.all([night.publish(change), night.publish(change)]);
    await night.publish(change);
    for (const share of [0.2, 0.5, 0.8]) {
      await campaign.reaches(`${share * 100} % of the jobs`, async () => (await shareDone()) >= share);
      receiver.cutConnection();
    }
    await campaign.until(['completed'], CAMPAIGN_MS);
    [plan, events, attempts, executions, transitions] = await Promise.all([
      night.api().get<Plan>('/campaigns/CHG-1/plan'),
      campaign.events(),
      record.attempts('CHG-1'),
      record.executions('CHG-1'),
      record.transitions(),
    ]);
  }, 180_000);

  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  async function shareDone(): Promise<number> {
    const { status, body } = await night
      .api()
      .ask<{ jobs?: Record<string, number> }>('GET', '/campaigns/CHG-1');
    const jobs = status === 200 ? (body.jobs ?? {}) : {};
    const total = Object.values(jobs).reduce((sum, count) => sum + count, 0);
    return total === 0 ? 0 : (jobs['succeeded'] ?? 0) / total;
  }

  it('keeps every order, patches each server once while everything on it is down, and clusters one by one', () => {
    expect(landscape.relations.length).toBeGreaterThan(50);
    expect(landscape.components.some(({ cluster }) => cluster !== undefined)).toBe(true);
    expect(new HostRules(landscape, executions).breaches()).toEqual([]);
  });

  it('patches every server and reboots it once', async () => {
    const after = await record.hosts();
    expect(after.flatMap(({ pendingUpdates }) => pendingUpdates)).toEqual([]);
    expect(after.filter(({ rebootRequired }) => rebootRequired)).toEqual([]);
    for (const { id, bootId } of before) {
      const life = transitions.filter(({ server, unit }) => server === id && unit === undefined);
      expect([id, ...life.map(({ up }) => up)]).toEqual([id, false, true]);
      expect(life.at(-1)?.bootId).not.toBe(bootId);
    }
    expect((await campaign.view()).closed?.serversPatched).toBe(16);
  });

  it('executes each attempt exactly once, and each job in one attempt', () => {
    const onHosts = plan.jobs.filter(({ executor }) => executor === 'host').map(({ id }) => `CHG-1/${id}/1`);
    expect(attempts.map(({ attemptId }) => attemptId).sort()).toEqual(onHosts.sort());
    expect(attempts.filter((attempt) => attempt.executions !== 1)).toEqual([]);
  });

  it('raises no false alarm, and gives back every silence, hold and component', async () => {
    expect(await record.falseAlarms()).toEqual([]);
    expect((await record.silences()).length).toBeGreaterThanOrEqual(16);
    expect(await record.notGivenBack(landscape)).toEqual([]);
    const files = landscape.batchJobs.flatMap(({ ref }) => (ref as { file?: string }).file ?? []);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect(transitions.filter(({ unit }) => unit === file).map(({ up }) => up)).toEqual([false, true]);
    }
    expect((await campaign.view()).openObligations).toBe(0);
    expect(JSON.parse((await night.patchtide('obligation', 'list', 'CHG-1', '--json')).stdout)).toEqual([]);
  });

  it('is one campaign, however often its change was published', async () => {
    expect(events.filter(({ type }) => type === 'ChangeAccepted')).toHaveLength(1);
    expect(await night.api().get<unknown[]>('/campaigns')).toHaveLength(1);
  });

  it('streams every event once, in order, to a receiver that is cut off and resumes', async () => {
    const { positions, isVerified } = await readLog(night.system);
    const isThere = (): boolean => receiver.positions.length >= positions.length;
    await waitUntil(isThere, { timeoutMs: 10_000, what: 'the last event on the stream' });
    expect(isVerified).toBe(true);
    expect(positions).toEqual(positions.map((_, index) => index + 1));
    expect(receiver.positions).toEqual(positions);
    expect(receiver.connections).toBe(4);
  });

  it('shows for a moment in the middle what the events until then say', async () => {
    const at = events[Math.floor(events.length / 2)]?.at ?? '';
    const then = await night
      .api('viewer')
      .get<{ jobStates: JobView[]; obligations: ObligationView[] }>(
        `/campaigns/CHG-1/state?at=${encodeURIComponent(at)}`,
      );
    const told = retell(events, at);
    const touched = then.jobStates
      .filter(({ status }) => status !== 'waiting')
      .map(({ id, status }) => [id, status]);
    expect(touched.sort()).toEqual([...told.statuses].sort());
    expect(told.open.size).toBeGreaterThan(0);
    const open = then.obligations.filter((obligation) => obligation.open).map(({ id }) => id);
    expect(open.sort()).toEqual([...told.open].sort());
  });

  it('leaves an evidence pack that verifies offline, and not when a byte of it was altered', async () => {
    const file = await night.file('evidence.json', '');
    const pack = `${file}.pack`;
    expect((await night.patchtide('audit', 'export', 'CHG-1', '--out', pack)).code).toBe(0);
    const text = await readFile(pack, 'utf8');
    expect(await night.patchtide('audit', 'verify', pack)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/verified/i),
    });
    const altered = [
      ['whose it is', text.replace('"campaign":"CHG-1"', '"campaign":"CHG-2"')],
      ['the data of an event', text.replace('"outcome":"completed"', '"outcome":"complexed"')],
      ['who did it', text.replace('"actor":"plan-generator"', '"actor":"plan-generatox"')],
      ['when it was', text.replace(/("recordedAt":"20\d\d-\d\d-\d\dT\d\d:\d\d:\d)\d/, '$1x')],
      ['a document', text.replace('@patch', '@patsh')],
      ['its JSON', text.replace('"streams":', '"streamz":')],
    ] as const;
    for (const [what, content] of altered) {
      expect([what, content === text]).toEqual([what, false]);
      const forged = await night.file('forged.json', content);
      expect([what, (await night.patchtide('audit', 'verify', forged)).code]).toEqual([what, 1]);
    }
  });
});
