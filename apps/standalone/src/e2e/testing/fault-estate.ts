import type { Component, Landscape, Policy } from '@patchtide/contracts';
import type { HostSpec, RealFleet } from '@patchtide/real-fleet';

/** One host with one application of the same name, which is the component too. */
export interface FaultHost extends HostSpec {
  /** The unit of its application, where that is not `<name>.service`. */
  readonly unit?: string;
  readonly kind?: string;
  readonly attributes?: Component['attributes'];
}

const NGINX_PORT = 18_080;
const IGNORES_TERM = `/bin/sh -c 'trap "" TERM; while :; do sleep 3600; done'`;
/** A program that reads its settings after so many seconds, and ends when it finds them wrong. */
const PARTICULAR = `sleep "$1"
port=$(cat /etc/particular.conf)
case $port in
  *[!0-9]*) echo "particular.conf: \\"$port\\" is not a port" >&2; exit 1 ;;
esac
exec sleep infinity
`;
/** What an administrator may have configured: goes past every policy of packages. */
const RESTART_AFTER_UPDATES = 'DPkg::Post-Invoke { "systemctl restart pt-app.service || :"; };\n';

/** Each host is named after the fault that it is for. */
export const FAULT_HOSTS: readonly FaultHost[] = [
  service('conffile', { packages: ['pt-conffile'] }),
  service('badpost', { packages: ['pt-badpost'] }),
  service('locked', { packages: ['pt-reboot'] }),
  service('away', { packages: ['pt-reboot'] }),
  service('astray', { packages: ['pt-reboot'] }),
  particular('dies', 0),
  particular('limps', 2),
  {
    ...{ name: 'nginx', packages: ['pt-web'], kind: 'nginx', attributes: { port: NGINX_PORT } },
    files: (addressOf) => ({
      '/etc/pt-web/listen.conf': `listen ${addressOf('nginx')}:${NGINX_PORT};\n`,
      '/etc/pt-web/servers.conf': `server ${addressOf('nginx')}:1;\n`,
    }),
  },
  service('cut', { packages: ['pt-slow'], files: { '/etc/pt-slow.seconds': '6\n' } }),
  service('orphan', { packages: ['pt-slow'], files: { '/etc/pt-slow.seconds': '30\n' } }),
  service('hung', { packages: ['pt-reboot'], command: IGNORES_TERM, settings: 'TimeoutStopSec=infinity\n' }),
  service('full', { packages: ['pt-reboot'] }),
  {
    ...{ name: 'restarts', packages: ['pt-app'], unit: 'pt-app.service' },
    files: (addressOf) => ({
      '/etc/pt-app.env': `PT_ADDRESS=${addressOf('restarts')}\nPT_PORT=13000\nPT_DATABASE=none\n`,
      '/etc/apt/apt.conf.d/90restart-services': RESTART_AFTER_UPDATES,
    }),
  },
];

interface Service {
  readonly packages: readonly string[];
  readonly command?: string;
  readonly settings?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** A host whose application is a systemd unit of its name, enabled and running. */
function service(name: string, { packages, command, settings = '', files = {} }: Service): FaultHost {
  const unit = `[Unit]
Description=The application on ${name}
[Service]
ExecStart=${command ?? '/bin/sleep infinity'}
${settings}[Install]
WantedBy=multi-user.target
`;
  return {
    ...{ name, packages },
    files: () => ({ [`/etc/systemd/system/${name}.service`]: unit, ...files }),
    setup: async (host) => void (await host.execOrThrow(['systemctl', 'enable', '--now', `${name}.service`])),
  };
}

function particular(name: string, readsAfterSeconds: number): FaultHost {
  return service(name, {
    packages: ['pt-reboot'],
    command: `/bin/sh /usr/local/bin/particular ${readsAfterSeconds}`,
    files: { '/usr/local/bin/particular': PARTICULAR, '/etc/particular.conf': '8080\n' },
  });
}

export function unitOn(name: string): string {
  const host = FAULT_HOSTS.find((each) => each.name === name);
  return host?.unit ?? `${name}.service`;
}

/** Every host its own application: no fault has to wait for another. */
export function faultLandscape(fleet: RealFleet): Landscape {
  return {
    servers: fleet.hosts.map(({ name, address, port }) => ({
      ...{ id: `srv-${name}`, name, address, port, os: 'debian-12' },
    })),
    components: FAULT_HOSTS.map(({ name, kind = 'systemd', attributes = {} }) => ({
      ...{ id: name, name, kind, tier: 'app', server: `srv-${name}`, application: name },
      ...{ unit: unitOn(name), attributes },
    })),
    applications: FAULT_HOSTS.map(({ name }) => ({ id: name, name })),
    relations: [],
    batchJobs: [],
    monitors: [],
  };
}

/** Everything at once, every host rebooted, and time-outs that a test can wait for. */
export const FAULT_POLICY: Policy = {
  name: 'faults',
  tiers: ['app'],
  limits: { campaign: FAULT_HOSTS.length },
  patch: { debian: { method: 'apt', lockTimeout: '90s' } },
  reboot: 'always',
  kinds: {
    systemd: {
      stop: { command: ['@unit-stop', '{unit}'], timeout: '12s' },
      verifyStopped: { command: ['@unit-stopped', '{unit}'], timeout: '30s' },
      verifyStarted: { command: ['@unit-steady', '{unit}'], timeout: '15s' },
    },
  },
  durations: { STOP: '10s', PATCH: '30s', REBOOT: '20s', VERIFY: '5s', START: '15s' },
  timeouts: { STOP: '45s', PATCH: '2m', REBOOT: '45s' },
};
