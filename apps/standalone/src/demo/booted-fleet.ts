import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Landscape, Policy } from '@patchtide/contracts';
import { type ApplicationAnswer, bootedFacts, executedTwice, shownBy, type UnitState } from './booted-facts';
import type { DemoFleet, FleetRecord } from './demo-fleet';
import { type ForgottenServer, forgetServer } from './forgotten-server';
import { type HostLook, lookAt } from './host-look';
import { startThreeTier, type ThreeTier, type TierAnswer } from '@patchtide/real-fleet';

export interface BootedFleetOptions {
  readonly hosts: number;
  /** An existing folder for the landscape. */
  readonly folder: string;
  /** Hears what begins. */
  readonly progress: (text: string) => void;
  /** Hears what else is to be known, such as a limit of this machine that had to be raised. */
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Boots Debian 12 hosts with HAProxy, nginx, a Node application and replicated PostgreSQL at release 1. Needs root; the
 * first time on a machine their base is built. Rejects with the reason and its remedy where hosts cannot be booted.
 */
export async function startBootedFleet(options: BootedFleetOptions): Promise<DemoFleet> {
  const { hosts, folder, signal } = options;
  const boot = startThreeTier({ hostCount: hosts, progress: listener(options), ...(signal && { signal }) });
  // What was booted goes down as soon as the signal says so; the fleet takes up to a minute more to tell us that.
  const tiers = await Promise.race([boot, ...(signal ? [rejectionAt(signal)] : [])]);
  const landscape = join(folder, 'landscape.json');
  await writeFile(landscape, JSON.stringify(tiers.landscape));
  let before: HostLook[] = [];
  let forgotten: ForgottenServer | undefined;
  return {
    policy: policyFor(tiers),
    settings: settingsFor(tiers, landscape),
    prepare: async () => {
      forgotten = await forgetServer(tiers);
      before = await Promise.all(tiers.fleet.hosts.map(lookAt));
      const answers = await askAll(tiers);
      await tiers.fleet.publish('2');
      return [
        'The applications answer:',
        ...answers.map(({ url, answer }) => `  ${url}  ${shownBy(answer)}`),
        'Release 2 of their packages is in the repository of their hosts.',
      ];
    },
    record: async () => recordOf(tiers, before, (await forgotten?.story()) ?? []),
    looks: looksInto(tiers),
    stop: async () => {
      forgotten?.stop();
      await tiers.fleet.stop();
    },
  };
}

function rejectionAt(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** The fleet tells in lines what begins ("Booting 12 hosts"), what ended ("... after 9.3 s"), details, indented, and more. */
function listener({ progress, report }: BootedFleetOptions): (line: string) => void {
  return (line) => {
    if (/^\w+ing /.test(line)) progress(line);
    else if (!/^ | s$/.test(line)) report(line);
  };
}

/** Their own procedure with the durations of these small hosts, and with another try for a web server that does not start. */
function policyFor(tiers: ThreeTier): Policy {
  return {
    ...(tiers.policy as unknown as Policy),
    durations: { STOP: '5s', PATCH: '3s', REBOOT: '3s', VERIFY: '500ms', START: '7s' },
    reactions: [{ on: 'failed', action: 'START', tier: 'web', retry: 2, delay: '3s' }],
  };
}

function settingsFor({ fleet }: ThreeTier, landscape: string) {
  return {
    'cmdb-import': { CMDB_SOURCE: landscape },
    'execution-agent': {
      AGENT_SSH_USER: fleet.user,
      AGENT_SSH_KEY: fleet.privateKeyPath,
      AGENT_KNOWN_HOSTS: fleet.knownHostsPath,
      AGENT_SUDO: 'on',
    },
  };
}

/** An application that does not answer at all counts as status 0, with the reason as its value. */
function askAll({ applications, ask, urlOf }: ThreeTier): Promise<ApplicationAnswer[]> {
  const noAnswer = (error: unknown): TierAnswer => ({ status: 0, value: String(error) });
  return Promise.all(
    applications.map(async ({ id }) => {
      const answer = await ask(id).catch(noAnswer);
      return { application: id, url: urlOf(id), answer };
    }),
  );
}

async function recordOf(
  tiers: ThreeTier,
  before: readonly HostLook[],
  faultsShown: readonly string[],
): Promise<FleetRecord> {
  const looks = await Promise.all(
    before.map(async (look) => [look, await lookAt(tiers.fleet.host(look.host))] as const),
  );
  const [units, answers, faults] = await Promise.all([unitsOf(tiers), askAll(tiers), tiers.faults()]);
  return {
    faults: faultsShown,
    executedTwice: executedTwice(looks),
    facts: bootedFacts({ looks, units, answers, faults }),
  };
}

function unitsOf({ fleet, ...tiers }: ThreeTier): Promise<UnitState[]> {
  const { components, servers } = tiers.landscape as unknown as Landscape;
  return Promise.all(
    components.flatMap(({ unit, server }) => {
      const name = servers.find(({ id }) => id === server)?.name;
      if (unit === undefined || name === undefined) return [];
      return [
        fleet
          .host(name)
          .unitState(unit)
          .then((state) => ({ host: name, unit, state })),
      ];
    }),
  );
}

function looksInto({ fleet, applications, urlOf }: ThreeTier): string[] {
  const [first] = fleet.hosts;
  const login = `ssh -i ${fleet.privateKeyPath} -o UserKnownHostsFile=${fleet.knownHostsPath} -p ${first?.port}`;
  const width = Math.max(...fleet.hosts.map(({ name }) => name.length));
  return [
    'The applications:',
    ...applications.map(({ id }) => `  curl ${urlOf(id)}`),
    'The hosts:',
    ...fleet.hosts.map(({ name, address }) => `  ${name.padEnd(width)}  ${address}`),
    `  ${login} ${fleet.user}@${first?.address}`,
  ];
}
