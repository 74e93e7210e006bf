import { readFile } from 'node:fs/promises';
import type { Landscape, Plan } from '@patchtide/contracts';
import type { FleetProcess } from '../demo/fleet-process';
import { Campaign, type IncidentView, type JobView } from './testing/campaigns';
import { HostRecord } from './testing/host-record';
import { changeFor, testPolicy } from './testing/inputs';
import { type Night, startSimulatedNight } from './testing/night';
import { runByHand } from './testing/simulated-shell';

const END_MS = 90_000;
const UNFIT = 'srv-0008';
const CHECK = `check-${UNFIT}`;

describe('a campaign that requires the doctor', () => {
  let night: Night;
  let fleet: FleetProcess;
  let record: HostRecord;
  let landscape: Landscape;
  let campaign: Campaign;
  let plan: Plan;
  /** Of the servers that wait for the unfit one. */
  let waiting: ReadonlySet<string>;
  let unit: string;

  beforeAll(async () => {
    const args = ['--servers', '9', '--applications', '3', '--seed', '3', '--speed', '5'];
    const policy = testPolicy({ doctor: 'required' });
    ({ night, fleet } = await startSimulatedNight({ fleet: args, policy }));
    record = new HostRecord(fleet);
    landscape = JSON.parse(await readFile(fleet.landscape, 'utf8')) as Landscape;
    unit = landscape.components.find(({ server }) => server === UNFIT)?.unit ?? '';
    await runByHand(fleet, landscape, UNFIT, ['systemctl', 'mask', unit]);
    campaign = new Campaign(night.api(), 'CHG-DOCTOR');
    await night.publish(changeFor('CHG-DOCTOR'));
    await campaign.reaches('the check to fail', async () => (await incident()) !== undefined, END_MS);
    plan = await night.api().get<Plan>('/campaigns/CHG-DOCTOR/plan');
    const held = afterJob(plan, CHECK);
    waiting = new Set(
      plan.jobs.filter(({ id, action }) => action === 'PATCH' && held.has(id)).map(({ server }) => server),
    );
  }, 120_000);
  afterAll(() => night.stop());

  const incident = async (): Promise<IncidentView | undefined> =>
    (await campaign.incidents()).find(({ status }) => status === 'open');

  const statusesOn = async (isWanted: (job: JobView) => boolean): Promise<string[]> => [
    ...new Set((await campaign.jobs()).filter(isWanted).map(({ id, status }) => `${id} ${status}`)),
  ];

  it('says what is wrong with an unfit host and what helps, once', async () => {
    expect(await incident()).toMatchObject({
      outcome: 'failed',
      summary:
        `Not fit for the night: unit ${unit} is masked and cannot be started. ` +
        'Run "systemctl unmask" for it, or take the component out of the landscape. Then retry.',
      answers: expect.arrayContaining(['retry', 'skip']) as string[],
    });
  });

  it('goes on with everything that has nothing to do with it', async () => {
    const others = (job: JobView): boolean => !waiting.has(job.server) && job.action !== 'CHECK';
    expect(landscape.servers.length - waiting.size).toBeGreaterThan(1);
    await campaign.reaches(
      'the rest to be done',
      async () => {
        const left = await statusesOn((job) => others(job) && job.status !== 'succeeded');
        return left.length === 0;
      },
      END_MS,
    );
  });

  it('takes nothing away where it waits: everything runs, and no monitor is muted', async () => {
    expect(waiting.size).toBeGreaterThan(1);
    expect(
      await statusesOn(
        (job) => waiting.has(job.server) && job.action !== 'CHECK' && job.status !== 'waiting',
      ),
    ).toEqual([]);
    expect(await record.notGivenBack(landscape)).toEqual([]);
    expect((await record.transitions()).filter(({ server }) => waiting.has(server))).toEqual([]);
  });

  it('goes on when the host is mended and the check is retried, and patches every server', async () => {
    await runByHand(fleet, landscape, UNFIT, ['systemctl', 'unmask', unit]);
    const answered = await night.patchtide('job', 'retry', 'CHG-DOCTOR', CHECK, '--reason', 'unmasked');
    expect(answered).toMatchObject({ code: 0 });
    const end = await campaign.until(['completed'], END_MS);
    expect(end).toMatchObject({ openObligations: 0, openIncidents: 0, closed: { serversPatched: 9 } });
    expect((await campaign.job(CHECK)).attempt).toBe(2);
    expect(await record.falseAlarms()).toEqual([]);
    expect(await record.notGivenBack(landscape)).toEqual([]);
  });
});

/** Everything that waits for a job, also by others. */
function afterJob({ jobs }: Plan, first: string): ReadonlySet<string> {
  const after = new Set([first]);
  for (let size = 0; size < after.size;) {
    size = after.size;
    for (const { id, dependsOn } of jobs) if (dependsOn.some((earlier) => after.has(earlier))) after.add(id);
  }
  return after;
}
