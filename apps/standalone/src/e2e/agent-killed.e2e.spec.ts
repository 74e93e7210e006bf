import type { Report } from '@patchtide/contracts';
import { type RunningSshd, startSshd, waitUntil } from '@patchtide/embedded';
import { type Bus, connectBus, consume, consumers } from '@patchtide/messaging';
import { Campaign, type CampaignView } from './testing/campaigns';
import { changeFor, testPolicy } from './testing/inputs';
import { type Night, startNight } from './testing/night';
import { ADDRESSES, hostAccess, hostOf, landscapeCsv, type Placed, settle } from './testing/real-hosts';

const COMPONENTS: readonly Placed[] = [
  { id: 'crm-web-01', tier: 'web', application: 'crm', dependsOn: ['crm-db-01'] },
  { id: 'crm-db-01', tier: 'db', application: 'crm' },
];
const PATCH = 'patch-srv-1';
/** Two packages: long enough for a kill in the middle and for a second agent to find it still running. */
const SECONDS_PER_PACKAGE = 9;

describe('an agent that is killed in the middle of a patch', () => {
  let sshd: RunningSshd;
  let night: Night;
  let bus: Bus;
  let campaign: Campaign;
  let end: CampaignView;
  let killed: number;
  let reattachedMs: number;
  let wasStillRunning: boolean;
  const reports: Report[] = [];
  const ends: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    sshd = await startSshd({ addresses: ADDRESSES.slice(0, COMPONENTS.length) });
    ends.push(() => sshd.stop());
    await settle(sshd, COMPONENTS);
    await hostOf(sshd, 0).set('apt-seconds', SECONDS_PER_PACKAGE);
    const settings = await hostAccess(sshd);
    night = await startNight({
      settings,
      instances: { 'execution-agent': 2 },
      without: ['monitoring-suppression'],
    });
    ends.push(night.stop);
    await night.addPolicy(testPolicy({ kinds: {} }));
    const estate = {
      components: COMPONENTS,
      cronFiles: new Map<number, string>(),
      serverName: String,
      note: '',
      isMonitored: false,
    };
    const file = await night.file('landscape.csv', landscapeCsv(estate, sshd.port));
    expect(await night.patchtide('landscape', 'import', file)).toMatchObject({ code: 0 });
    bus = await connectBus({ url: night.system.natsUrl, name: 'observer' });
    ends.push(() => bus.close(500));
    await consume(
      bus,
      { ...consumers.reports('CHG-KILL'), durable: 'observer' },
      ({ data }) => void reports.push(data as Report),
    );
    campaign = new Campaign(night.api(), 'CHG-KILL');
    await night.publish(changeFor('CHG-KILL'));
    await killWhilePatching();
    end = await campaign.until(['completed'], 90_000);
  }, 240_000);

  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  async function killWhilePatching(): Promise<void> {
    await campaign.reaches('an upgrade on the host', async () => (await upgrades()).length > 0);
    const first = await campaign.reaches('who patches', async () => started()[0]);
    killed = pidOf(first);
    const killedAt = Date.now();
    process.kill(killed, 'SIGKILL');
    const next = await waitUntil(() => started().find((report) => pidOf(report) !== killed), {
      timeoutMs: 40_000,
      what: 'another agent',
    });
    reattachedMs = Date.parse(next.at) - killedAt;
    wasStillRunning =
      (await hostOf(sshd, 0).get('packages/tzdata')) !== (await hostOf(sshd, 0).get('available/tzdata'));
  }

  const started = () => reports.filter(({ job, kind }) => job === PATCH && kind === 'started');
  const pidOf = ({ executor }: Report): number => Number(executor.split('/').at(-1));
  const upgrades = async () =>
    (await hostOf(sshd, 0).executions('apt-get')).filter(({ args }) => args.includes('dist-upgrade'));

  it('is replaced by another, which attaches to what still runs within 30 seconds', () => {
    console.log(`another agent had the attempt ${(reattachedMs / 1000).toFixed(1)} s after the kill`);
    expect(reattachedMs).toBeLessThan(30_000);
    expect(wasStillRunning).toBe(true);
    expect(night.reports.filter((line) => line.includes('SIGKILL'))).toHaveLength(1);
  });

  it('leaves one execution on the host and one attempt in the history', async () => {
    expect(await upgrades()).toHaveLength(1);
    const history = (await hostOf(sshd, 0).get('apt-history'))
      ?.split('\n')
      .map((line) => line.split('\t')[0]);
    expect(history).toEqual(['openssl', 'tzdata']);
    expect(await campaign.job(PATCH)).toMatchObject({ status: 'succeeded', attempt: 1 });
    const attempts = (await campaign.events()).filter(
      ({ type, data }) => type === 'JobDispatched' && data['job'] === PATCH,
    );
    expect(attempts).toHaveLength(1);
  });

  it('does not keep the campaign from completing without an incident', async () => {
    expect(end).toMatchObject({ status: 'completed', openObligations: 0 });
    expect(await campaign.incidents()).toEqual([]);
  });
});
