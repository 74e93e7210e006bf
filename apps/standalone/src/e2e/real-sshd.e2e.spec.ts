import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, type RunningSshd, startAlertmanager, startSshd } from '@patchtide/embedded';
import { stringify } from 'yaml';
import { getJson } from './testing/api';
import { Campaign, type JobView } from './testing/campaigns';
import type { CommandResult } from './testing/command-line';
import { changeFor } from './testing/inputs';
import { type Night, startNight } from './testing/night';
import {
  ADDRESSES,
  hostAccess,
  hostOf,
  landscapeCsv,
  type Placed,
  settle,
  UNIT_SECONDS,
} from './testing/real-hosts';

const QUOTE = 'a"; rm -rf /';
const SUBSTITUTION = '$(x)';
const UMLAUTS = 'ä ö';

const COMPONENTS: readonly Placed[] = [
  { id: 'crm-web-01', name: QUOTE, tier: 'web', application: 'crm', dependsOn: ['crm-app-01'] },
  { id: 'crm-web-02', tier: 'web', application: 'crm', dependsOn: ['crm-app-01'] },
  {
    id: 'crm-app-01',
    name: SUBSTITUTION,
    tier: 'app',
    application: 'crm',
    dependsOn: ['crm-db-01', 'crm-db-02'],
  },
  { id: 'crm-db-01', tier: 'db', application: 'crm', cluster: 'crm-db' },
  { id: 'crm-db-02', tier: 'db', application: 'crm', cluster: 'crm-db' },
  { id: 'shop-web-01', name: UMLAUTS, tier: 'web', application: 'shop', dependsOn: ['shop-app-01'] },
  { id: 'shop-web-02', tier: 'web', application: 'shop', dependsOn: ['shop-app-01'] },
  { id: 'shop-app-01', tier: 'app', application: 'shop', dependsOn: ['shop-db-01', 'crm-app-01'] },
  { id: 'shop-db-01', tier: 'db', application: 'shop' },
  { id: 'wiki-web-01', tier: 'web', application: 'wiki', dependsOn: ['wiki-app-01'] },
  { id: 'wiki-app-01', tier: 'app', application: 'wiki', dependsOn: ['wiki-db-01'] },
  { id: 'wiki-db-01', tier: 'db', application: 'wiki' },
];

const POLICY = {
  name: 'real',
  tiers: ['web', 'app', 'db'],
  limits: { campaign: 20, cluster: 1 },
  patch: { debian: 'apt' },
  reboot: 'always',
  kinds: Object.fromEntries(['web', 'app', 'db'].map((kind) => [kind, kindProcedure()])),
  durations: { STOP: '1s', PATCH: '3s', REBOOT: '4s', VERIFY: '1s', START: '1s' },
};

/** The way up shows the host what the CMDB says: as arguments of a program, where a shell would have its chance. */
function kindProcedure() {
  return {
    stop: { unit: 'stop' },
    verifyStopped: { unit: 'inactive' },
    start: { unit: 'start' },
    verifyStarted: [{ unit: 'active' }, { command: ['dpkg', '--audit', '{name}', '{note}'] }],
  };
}

describe('a campaign over a real sshd, from the files of a user', () => {
  let sshd: RunningSshd;
  let alertmanager: RunningServer;
  let night: Night;
  let jobs: JobView[];
  let scratch: string;
  let cronDirectory: string;
  const results: Record<string, CommandResult> = {};
  const ends: (() => Promise<void>)[] = [];
  const crimes = () => ['by-substitution', 'by-quote', 'by-backtick'].map((name) => join(scratch, name));
  const note = () => `$(touch ${crimes()[0]})"; touch ${crimes()[1]}; '\`touch ${crimes()[2]}\``;
  const nameOf = (position: number) =>
    [QUOTE, `${SUBSTITUTION} $(reboot)`, UMLAUTS][position] ?? `srv-${position + 1}`;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'patchtide-real-'));
    ends.push(() => rm(scratch, { recursive: true, force: true }));
    cronDirectory = await mkdtemp(join(scratch, 'cron.d-'));
    sshd = await startSshd({ addresses: ADDRESSES });
    ends.push(() => sshd.stop());
    alertmanager = await startAlertmanager();
    ends.push(() => alertmanager.stop());
    await settle(sshd, COMPONENTS);
    const settings = await hostAccess(sshd);
    const suppression = { ALERTMANAGER_URL: alertmanager.url, SUPPRESSION_CRON_DIRECTORY: cronDirectory };
    const all = {
      ...settings,
      'monitoring-suppression': { ...settings['monitoring-suppression'], ...suppression },
    };
    night = await startNight({ settings: all });
    ends.push(night.stop);
    await runCampaign();
    jobs = await new Campaign(night.api(), 'CHG-REAL').jobs();
  }, 240_000);

  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  async function runCampaign(): Promise<void> {
    const cronFiles = new Map([2, 7].map((at) => [at, join(cronDirectory, `billing-${at}`)]));
    for (const file of cronFiles.values()) await writeFile(file, '17 3 * * * root /usr/local/bin/billing\n');
    const estate = { components: COMPONENTS, cronFiles, serverName: nameOf, note: note(), isMonitored: true };
    const landscape = await night.file('landscape.csv', landscapeCsv(estate, sshd.port));
    const change = await night.file('change.yaml', stringify(changeFor('CHG-REAL', { policy: 'real' })));
    await writeFile(join(night.system.directory.policies, 'real.yaml'), stringify(POLICY));
    results['import'] = await night.patchtide('landscape', 'import', landscape);
    results['submit'] = await night.patchtide('change', 'submit', change);
    results['watch'] = await night.patchtide('campaign', 'watch', 'CHG-REAL');
  }

  it('is imported, submitted and watched to its end with three commands', () => {
    expect(results['import']).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('12 servers'),
    });
    expect(results['submit']).toMatchObject({ code: 0, stdout: expect.stringContaining('12 servers') });
    expect(results['watch']).toMatchObject({ code: 0 });
    expect(new Set(jobs.map(({ status }) => status))).toEqual(new Set(['succeeded']));
  });

  it('stops and starts in the order of the dependencies, one after the other', async () => {
    const times = await Promise.all(COMPONENTS.map((_, at) => timesOf(at)));
    const at = (id: string, verb: 'stop' | 'start'): number =>
      times[COMPONENTS.findIndex((one) => one.id === id)]?.[verb] ?? NaN;
    const relations = COMPONENTS.flatMap(({ id, dependsOn = [] }) =>
      dependsOn.map((needed) => [id, needed] as const),
    );
    for (const [id, needed] of relations) {
      expect([id, needed, at(needed, 'stop') - at(id, 'stop') >= UNIT_SECONDS * 1_000]).toEqual([
        id,
        needed,
        true,
      ]);
      expect([id, needed, at(id, 'start') - at(needed, 'start') >= UNIT_SECONDS * 1_000]).toEqual([
        id,
        needed,
        true,
      ]);
    }
    const [first, second] = ['crm-db-01', 'crm-db-02'].sort((a, b) => at(a, 'stop') - at(b, 'stop'));
    expect(at(second ?? '', 'stop')).toBeGreaterThan(at(first ?? '', 'start'));
  });

  async function timesOf(position: number): Promise<{ stop: number; start: number }> {
    const calls = await hostOf(sshd, position).executions('systemctl');
    const unit = `${COMPONENTS[position]?.id}.service`;
    const at = (verb: string): number => {
      const found = calls.filter(({ args }) => args === `${verb} -- ${unit}`);
      expect([unit, verb, found.length]).toEqual([unit, verb, 1]);
      return Date.parse(found[0]?.at ?? '');
    };
    return { stop: at('stop'), start: at('start') };
  }

  it('upgrades every package once and reboots every host once', async () => {
    for (const at of COMPONENTS.keys()) {
      const host = hostOf(sshd, at);
      const history = (await host.get('apt-history'))?.split('\n').map((line) => line.split('\t')[0]);
      expect([at, history?.sort()]).toEqual([at, ['openssl', 'tzdata']]);
      const upgrades = (await host.executions('apt-get')).filter(({ args }) => args.includes('dist-upgrade'));
      expect([at, upgrades.length]).toEqual([at, 1]);
      expect([at, await host.executions('reboot')]).toEqual([at, [expect.anything()]]);
      expect(await host.unit(`${COMPONENTS[at]?.id}.service`)).toBe('active');
    }
  });

  it('carries names to the host and into the job names as data, and executes nothing of them', async () => {
    const names = jobs.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([`STOP_WEB_${QUOTE}`, `START_APP_${SUBSTITUTION}`, `PATCH_OS_${UMLAUTS}`]),
    );
    const audits = await hostOf(sshd, 0).executions('dpkg');
    expect(audits.map(({ args }) => args)).toContain(`--audit ${QUOTE} ${note()}`);
    expect(crimes().filter((file) => existsSync(file))).toEqual([]);
  });

  it('gives the cron files and the silences of a real Alertmanager back', async () => {
    expect((await readdir(cronDirectory)).sort()).toEqual(['billing-2', 'billing-7']);
    const silences = await getJson<{ status: { state: string } }[]>(`${alertmanager.url}/api/v2/silences`);
    expect(silences.map(({ status }) => status.state)).toEqual(ADDRESSES.map(() => 'expired'));
  });
});
