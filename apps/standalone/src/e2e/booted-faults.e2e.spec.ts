import type { Report } from '@patchtide/contracts';
import { connectBus, consume, consumers } from '@patchtide/messaging';
import { describeRealFleet, type RealFleet, startRealFleet } from '@patchtide/real-fleet';
import { beginCampaign, startBootedNight, unitLife } from './testing/booted-night';
import type { Campaign, CampaignView } from './testing/campaigns';
import { FAULT_HOSTS, FAULT_POLICY, faultLandscape, unitOn } from './testing/fault-estate';
import { BROKEN_SITE, liveThroughFaults, NOT_A_PORT } from './testing/fault-lives';
import { HostInCampaign } from './testing/host-in-campaign';
import { attemptsOn, changesOn, changesTold, differences } from './testing/host-story';
import type { Night } from './testing/night';

const CAMPAIGN = 'CHG-HARM';
const ADMINS_TEXT = 'setting = by-the-admin\n';
const ONE_RUN = /^begin \d+\nend \d+\n$/;
const END_MS = 60_000;
/** What a campaign may leave on a host only while it runs. */
const LIST_MARKS = `
ls -d /etc/systemd/system/*.d/patchtide-* /usr/sbin/policy-rc.d 2>/dev/null
find /var/lib/patchtide/kinds -type f 2>/dev/null
`;

describeRealFleet('a campaign over booted hosts, each of which has a fault of its own', () => {
  let fleet: RealFleet;
  let night: Night;
  let campaign: Campaign;
  let began: number;
  let end: CampaignView;
  let seen: ReturnType<typeof liveThroughFaults>;
  const reports: Report[] = [];
  const bootsBefore = new Map<string, string>();
  const ends: (() => Promise<void>)[] = [];

  const on = (name: string): HostInCampaign =>
    new HostInCampaign(fleet.host(name), unitOn(name), campaign, night.api());
  const everyHost = (): HostInCampaign[] => FAULT_HOSTS.map(({ name }) => on(name));

  beforeAll(async () => {
    fleet = await startRealFleet({ hosts: FAULT_HOSTS });
    ends.push(() => fleet.stop());
    const landscape = faultLandscape(fleet);
    night = await startBootedNight(fleet, { landscape, policy: FAULT_POLICY, agents: 2 });
    ends.push(night.stop);
    await listenToAgents();
    await fleet.publish('2');
    for (const host of fleet.hosts) bootsBefore.set(host.name, await host.bootId());
    await fleet.host('conffile').writeFile('/etc/pt-conffile.conf', ADMINS_TEXT);
    await fleet.host('locked').lockDpkg();
    for (const name of ['away', 'astray']) fleet.host(name).holdBoot();
    began = Date.now();
    campaign = await beginCampaign(night, CAMPAIGN, { policy: FAULT_POLICY.name });
    seen = liveThroughFaults(on, reports);
    await Promise.allSettled(Object.values(seen));
    await giveUpTheRest();
  }, 600_000);

  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  async function listenToAgents(): Promise<void> {
    const bus = await connectBus({ url: night.system.natsUrl, name: 'observer' });
    ends.push(() => bus.close(500));
    const observer = { ...consumers.reports(CAMPAIGN), durable: 'observer' };
    await consume(bus, observer, ({ data }) => void reports.push(data as Report));
  }

  async function giveUpTheRest(): Promise<void> {
    const reason = 'the vendor of pt-badpost has to repair it';
    const { code, stderr } = await night.patchtide('campaign', 'abort', CAMPAIGN, '--reason', reason);
    if (code !== 0) throw new Error(stderr);
    end = await campaign.until(['aborted'], END_MS);
    const minutes = ((Date.now() - began) / 60_000).toFixed(1);
    console.log(`${FAULT_HOSTS.length} booted hosts with a fault each: ${minutes} minutes`);
  }

  it('keeps a configuration file that the administrator has edited, and says so', async () => {
    await seen.conffile;
    const { host } = on('conffile');
    expect(await host.packageVersion('pt-conffile')).toBe('2.0');
    expect(await host.readFile('/etc/pt-conffile.conf')).toBe(ADMINS_TEXT);
    const [patched] = await on('conffile').told('JobSucceeded', 'patch');
    expect(patched?.data['facts']).toMatchObject({ 'conffiles-kept': '/etc/pt-conffile.conf' });
  });

  it('stops at a package whose script fails, names it, and begins nothing more on its server', async () => {
    const incident = await seen.badpost;
    expect(incident).toMatchObject({ name: 'PATCH_OS_badpost', outcome: 'failed', attempt: 1 });
    expect(incident.summary).toContain('half-configured: pt-badpost');
    const [failed] = await on('badpost').told('JobFailed', 'patch');
    expect(failed?.data['facts']).toMatchObject({ 'half-configured': 'pt-badpost (1.0 to 2.0)' });
    expect(failed?.data['packages'] ?? []).toEqual([]);
    expect(await on('badpost').host.bootId()).toBe(bootsBefore.get('badpost'));
    const ordered = (await on('badpost').story()).filter(({ type }) => type === 'JobDispatched');
    // The start belongs to the way up after the end of the campaign.
    expect(ordered.map(({ data }) => data['job'])).toEqual([
      'stop-badpost',
      'patch-srv-badpost',
      'start-badpost',
    ]);
  });

  it('waits for the lock of dpkg while somebody else has it', async () => {
    expect(await seen.locked).toContain('Could not get lock');
    expect(await on('locked').host.packageVersion('pt-reboot')).toBe('2.0');
    expect(await on('locked').told('JobDispatched', 'patch')).toHaveLength(1);
  });

  it('does not know about a host that does not come back, says what helps, and goes on when it is up', async () => {
    const incident = await seen.away;
    expect(incident).toMatchObject({ name: 'REBOOT_SERVER_away', outcome: 'unknown' });
    expect(incident.summary).toMatch(/^The server was not seen to come back from its reboot.*ECONNREFUSED/);
    expect(incident.answers).toContain('complete');
  });

  it('goes on with a reboot whose agent was killed while the host was away', async () => {
    await seen.astray;
    expect(await on('astray').told('JobDispatched', 'reboot')).toHaveLength(1);
    expect(await on('astray').told('JobFailed', 'reboot')).toEqual([]);
  });

  it('shows the log of a service that ends when it is started, and goes on when it is put right', async () => {
    const incident = await seen.dies;
    expect(incident).toMatchObject({ name: 'START_APP_dies', outcome: 'failed' });
    expect(incident.summary).toMatch(/^Unit dies.service was started and ended at once/);
    expect(incident.summary).toContain(NOT_A_PORT);
    expect(incident.outputTail).toMatch(/systemd\[1\]: .*Started dies\.service/);
  });

  it('tells the last words of a service that ends some time after its start', async () => {
    const incident = await seen.limps;
    expect(incident).toMatchObject({ name: 'START_APP_limps', outcome: 'timed-out' });
    expect(incident.summary).toMatch(/^Unit limps.service is failed/);
    expect(incident.summary).toContain(NOT_A_PORT);
  });

  it('does not start a web server with a configuration that it would refuse', async () => {
    const incident = await seen.nginx;
    expect(incident).toMatchObject({ name: 'START_APP_nginx', outcome: 'failed' });
    expect(incident.summary).toContain(BROKEN_SITE);
  });

  it('goes on with a patch whose connections were cut, in the same attempt', async () => {
    await seen.cut;
    expect(await on('cut').told('JobDispatched', 'patch')).toHaveLength(1);
    expect(await on('cut').host.readFile('/var/log/pt-slow.log')).toMatch(ONE_RUN);
  });

  it('goes on with a patch whose agent was killed, in the same attempt under another one', async () => {
    await seen.orphan;
    expect(await on('orphan').told('JobDispatched', 'patch')).toHaveLength(1);
    expect(await on('orphan').host.readFile('/var/log/pt-slow.log')).toMatch(ONE_RUN);
    expect(night.reports.filter((line) => line.includes('SIGKILL'))).toHaveLength(2);
  });

  it('names the process that a stop waits for in vain, and goes on when it was killed', async () => {
    const { incident, pid } = await seen.hung;
    expect(incident).toMatchObject({ name: 'STOP_APP_hung', outcome: 'timed-out' });
    expect(incident.summary).toContain(
      `did not stop in time: it is deactivating, its processes: ${pid} (sh)`,
    );
  });

  it('changes nothing on a full disk and says so, and goes on when there is room again', async () => {
    const { full, scarce } = await seen.full;
    expect(full).toMatchObject({ name: 'PATCH_OS_full', outcome: 'failed' });
    expect(full.summary).toMatch(/^Nothing was started: .*free some space/);
    expect(scarce.summary).toMatch(/MiB left and .*nothing was changed\. Free some space/);
    expect(await on('full').told('JobDispatched', 'patch')).toHaveLength(3);
    expect(await on('full').host.packageVersion('pt-reboot')).toBe('2.0');
  });

  it('keeps an enabled unit down through its package’s scripts, other hooks and the reboot', async () => {
    await seen.restarts;
    const [start] = await on('restarts').told('JobDispatched', 'start');
    const { host, unit } = on('restarts');
    const journal = ['journalctl', '--no-pager', '-o', 'cat', `UNIT=${unit}`];
    const during = [`--since=@${began / 1000}`, `--until=@${Date.parse(start?.at ?? '') / 1000}`];
    const said = await host.execOrThrow([...journal, ...during]);
    // The hook's restart and the boot.
    expect(said.match(/was skipped because of an unmet condition/g)?.length).toBeGreaterThanOrEqual(2);
    expect(said).not.toContain('Started');
  });

  it('ends with nothing owed, every unit up and enabled, and no mark left on a host', async () => {
    expect(end).toMatchObject({ openObligations: 0, closed: { outcome: 'aborted', serversPatched: 12 } });
    for (const { host, unit } of everyHost()) {
      const enabled = await host.exec(['systemctl', 'is-enabled', unit]);
      const marks = await host.exec(['sh', '-c', LIST_MARKS]);
      expect([host.name, await host.unitState(unit), enabled.stdout, marks.stdout]).toEqual([
        ...[host.name, 'active', 'enabled\n', ''],
      ]);
    }
  });

  it('leaves one incident, of the server that is not whole, to be closed by name', async () => {
    const open = (await campaign.incidents()).filter(({ status }) => status === 'open');
    expect(open.map(({ name }) => name)).toEqual(['PATCH_OS_badpost']);
    const path = `/incidents/${encodeURIComponent(open[0]?.id ?? '')}/resolve`;
    const { status, body } = await night.api().ask('POST', path, { note: 'handed to the vendor, case 4711' });
    expect([status, body]).toMatchObject([200, { status: 'resolved', resolvedBy: 'operator' }]);
  });

  it('tells of every attempt and every package what the server itself knows', async () => {
    for (const each of everyHost()) {
      const { host } = each;
      const story = await each.story();
      expect([host.name, differences(story, await attemptsOn(host, CAMPAIGN))]).toEqual([host.name, []]);
      expect([host.name, changesTold(story)]).toEqual([host.name, await changesOn(host)]);
    }
  });

  it('tells of every boot what the server itself knows', async () => {
    for (const each of everyHost()) {
      const { host } = each;
      const reboots = await each.told('JobDispatched', 'reboot');
      expect([host.name, host.bootCount]).toEqual([host.name, 1 + reboots.length]);
      const [rebooted] = await each.told('JobSucceeded', 'reboot');
      if (rebooted) expect([host.name, rebooted.data['bootId']]).toEqual([host.name, await host.bootId()]);
    }
  });

  it('stops and starts each unit only when it has been told to, as the host’s journal has it', async () => {
    for (const each of everyHost()) {
      const { host, unit } = each;
      const life = await unitLife(host, unit, began);
      const [stop, start] = [
        await each.told('JobDispatched', 'stop'),
        await each.told('JobDispatched', 'start'),
      ];
      expect([host.name, life.downBegan >= Date.parse(stop[0]?.at ?? '')]).toEqual([host.name, true]);
      expect([host.name, life.upBegan >= Date.parse(start[0]?.at ?? '')]).toEqual([host.name, true]);
      expect([host.name, life.down <= life.upBegan, life.starts <= start.length]).toEqual([
        host.name,
        true,
        true,
      ]);
    }
  });
});
