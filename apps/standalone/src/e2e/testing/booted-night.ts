import type { Change, Landscape, Policy } from '@patchtide/contracts';
import type { RealFleet, RealHost } from '@patchtide/real-fleet';
import { Campaign } from './campaigns';
import { changeFor } from './inputs';
import { type Night, startNight } from './night';

/** The whole system as `npm start` starts it, with access to booted hosts, and their landscape and policy in place. */
export async function startBootedNight(
  fleet: RealFleet,
  estate: { readonly landscape: Landscape; readonly policy: Policy; readonly agents?: number },
): Promise<Night> {
  const night = await startNight({
    instances: { 'execution-agent': estate.agents ?? 1 },
    without: ['monitoring-suppression'],
    settings: {
      'execution-agent': {
        AGENT_SSH_USER: fleet.user,
        AGENT_SSH_KEY: fleet.privateKeyPath,
        AGENT_KNOWN_HOSTS: fleet.knownHostsPath,
        AGENT_SUDO: 'on',
      },
    },
  });
  try {
    await night.addPolicy(estate.policy);
    const file = await night.file('landscape.json', estate.landscape);
    const imported = await night.patchtide('landscape', 'import', file);
    if (imported.code !== 0) throw new Error(`the landscape was refused: ${imported.stderr}`);
    return night;
  } catch (error) {
    await night.stop();
    throw error;
  }
}

/** Publishes a change over everything; the campaign begins by itself. */
export async function beginCampaign(night: Night, id: string, change: Partial<Change>): Promise<Campaign> {
  await night.publish(changeFor(id, change));
  return new Campaign(night.api(), id);
}

/** When a unit went down and came up again, as systemd on its host wrote it into the journal; milliseconds since 1970. */
export interface UnitLife {
  readonly downBegan: number;
  readonly down: number;
  readonly upBegan: number;
  readonly up: number;
  /** How often it was started. */
  readonly starts: number;
}

const STOPPING = 'de5b426a63be47a7b6ac3eaac82e2f6f';
const STOPPED = '9d1aaa27d60140bd96365438aad20286';
/** Its processes have ended, by themselves or because they were told to. */
const ENDED = '7ad2d189f7e94e70a38c781354912448';
const STARTING = '7d4958e842da4a758f6c1cdc7b36dcc5';
const STARTED = '39f53479d3a045ac8e11786248231fbf';

/** The life of a unit since a moment, from its host's journal, which a reboot does not end. */
export async function unitLife(host: RealHost, unit: string, sinceMs: number): Promise<UnitLife> {
  const since = `--since=@${Math.floor(sinceMs / 1000)}`;
  const text = await host.execOrThrow(['journalctl', '--no-pager', '-o', 'json', since, `UNIT=${unit}`]);
  const entries = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<'MESSAGE_ID' | 'MESSAGE' | '__REALTIME_TIMESTAMP', string>)
    // A start that systemd passes over, because the unit is kept down, is none.
    .filter(({ MESSAGE }) => !MESSAGE.includes('was skipped'));
  const times = (...ids: string[]): number[] =>
    entries
      .filter((entry) => ids.includes(entry.MESSAGE_ID))
      .map((entry) => Number(entry.__REALTIME_TIMESTAMP) / 1000);
  return {
    downBegan: times(STOPPING, ENDED)[0] ?? NaN,
    down: times(STOPPED, ENDED).at(-1) ?? NaN,
    // A unit that counts as up as soon as its program runs is never said to be starting.
    upBegan: times(STARTING, STARTED)[0] ?? NaN,
    up: times(STARTED)[0] ?? NaN,
    starts: times(STARTED).length,
  };
}

/** How often dpkg began to change each package on a host, from its own log. */
export async function upgradesOf(host: RealHost): Promise<Record<string, number>> {
  const log = (await host.readFile('/var/log/dpkg.log')) ?? '';
  const names = log
    .split('\n')
    .map((line) => / upgrade ([^: ]+):\S+ (\S+) (\S+)$/.exec(line)?.[1])
    .filter((name) => name !== undefined);
  return Object.fromEntries(
    [...new Set(names)].map((name) => [name, names.filter((n) => n === name).length]),
  );
}
