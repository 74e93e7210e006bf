import type { Report } from '@patchtide/contracts';
import { AgentKiller } from './agent-killer';
import type { IncidentView } from './campaigns';
import type { HostInCampaign } from './host-in-campaign';

/** What is to be seen in an incident about an unusable setting. */
export const NOT_A_PORT = 'particular.conf: "80a" is not a port';
export const BROKEN_SITE = '/etc/nginx/conf.d/shop.conf';

const FILL_BUT_4_MIB = `
df --output=avail -B1K / | tail -n 1 | {
  read -r kib
  fallocate -l "$((kib - 4096))K" /var/tmp/filler
}`;

/**
 * Lets every host live through its fault, with the hands of an administrator and an operator, all at once. Each promise settles
 * when its host is verified and up again, with what was seen on the way; `badpost` is left as it is.
 */
export function liveThroughFaults(on: (name: string) => HostInCampaign, reports: readonly Report[]) {
  const agents = new AgentKiller(reports);
  const orphan = loseAgentMidPatch(on('orphan'), agents);
  return {
    conffile: on('conffile').succeeds('start'),
    badpost: on('badpost').incident('patch'),
    locked: waitForLock(on('locked')),
    away: doNotComeBack(on('away')),
    astray: loseAgentMidReboot(on('astray'), agents, orphan),
    dies: dislikeSettings(on('dies')),
    limps: dislikeSettings(on('limps')),
    nginx: breakConfiguration(on('nginx')),
    cut: cutConnections(on('cut')),
    orphan,
    hung: hangInStop(on('hung')),
    full: runOutOfSpace(on('full')),
    restarts: on('restarts').succeeds('start'),
  };
}

/** The output of the patch. */
async function waitForLock(it: HostInCampaign): Promise<string> {
  // The second time it was not apt that waited, but what asks apt.
  await it.until('the patch to have asked for the lock twice', async () => {
    return ((await it.output('patch')).match(/Could not get lock/g)?.length ?? 0) > 1;
  });
  await it.host.unlockDpkg();
  await it.succeeds('start');
  return it.output('patch');
}

async function doNotComeBack(it: HostInCampaign): Promise<IncidentView> {
  const incident = await it.incident('reboot');
  it.host.releaseBoot();
  await it.host.untilUp();
  await it.answer('complete', 'reboot', 'it hung in its firmware; switched on by hand, and it is up');
  await it.succeeds('start');
  return incident;
}

async function loseAgentMidPatch(it: HostInCampaign, agents: AgentKiller): Promise<void> {
  await it.untilTrue('its postinst to run', ['grep', '-q', 'begin', '/var/log/pt-slow.log']);
  await agents.killFollowerOf(it, 'patch');
  await it.succeeds('start');
}

/** After `before`, so that one agent is always left. */
async function loseAgentMidReboot(
  it: HostInCampaign,
  agents: AgentKiller,
  before: Promise<unknown>,
): Promise<void> {
  await it.until('its boot to be held', () => it.host.history.at(-1)?.what === 'boot held');
  await before;
  await agents.killFollowerOf(it, 'reboot');
  it.host.releaseBoot();
  await it.succeeds('start');
}

async function dislikeSettings(it: HostInCampaign): Promise<IncidentView> {
  await it.untilUnitIs('inactive');
  await it.host.writeFile('/etc/particular.conf', '80a\n');
  const incident = await it.incident('start');
  await it.host.writeFile('/etc/particular.conf', '8080\n');
  await it.answer('retry', 'start', 'port corrected');
  await it.succeeds('start');
  return incident;
}

async function breakConfiguration(it: HostInCampaign): Promise<IncidentView> {
  await it.succeeds('stop');
  await it.host.writeFile(BROKEN_SITE, 'servre {\n}\n');
  const incident = await it.incident('start');
  await it.host.execOrThrow(['rm', BROKEN_SITE]);
  await it.answer('retry', 'start', 'half a site removed');
  await it.succeeds('start');
  return incident;
}

/** They come back only when the patch has ended without anybody looking on. */
async function cutConnections(it: HostInCampaign): Promise<void> {
  await it.untilTrue('its postinst to run', ['grep', '-q', 'begin', '/var/log/pt-slow.log']);
  await it.host.cutSsh();
  await it.untilTrue('the patch to end', ['test', '-e', `${it.journal('patch')}/exit`]);
  await it.host.restoreSsh();
  await it.succeeds('start');
}

/** The process that did not want to end. */
async function hangInStop(it: HostInCampaign): Promise<{ incident: IncidentView; pid: string }> {
  const incident = await it.incident('stop');
  const pid = await it.host.execOrThrow(['systemctl', 'show', '-p', 'MainPID', '--value', it.unit]);
  await it.host.execOrThrow(['systemctl', 'kill', '--signal=KILL', it.unit]);
  await it.answer('retry', 'stop', 'killed what hung');
  await it.succeeds('start');
  return { incident, pid: pid.trim() };
}

/** First there is no byte left, then too little for the update. */
async function runOutOfSpace(it: HostInCampaign): Promise<{ full: IncidentView; scarce: IncidentView }> {
  // While the stop still looks whether its unit stays down.
  await it.untilUnitIs('inactive');
  await it.host.fillDisk();
  const full = await it.incident('patch');
  await it.host.freeDisk();
  await it.host.execOrThrow(['sh', '-c', FILL_BUT_4_MIB]);
  await it.answer('retry', 'patch', 'there is some space again');
  const scarce = await it.incident('patch', 2);
  await it.host.execOrThrow(['rm', '/var/tmp/filler']);
  await it.answer('retry', 'patch', 'now there is enough');
  await it.succeeds('start');
  return { full, scarce };
}
