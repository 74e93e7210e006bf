import { waitUntil } from '@patchtide/embedded';
import type { HostSpec } from './make-host';
import type { RealHost } from './real-host';
import { hostWith, type TierApplication, type TierHost } from './three-tier-estate';

const COPY_TIMEOUT_MS = 60_000;
const PACKAGE = { lb: 'pt-lb', web: 'pt-web', app: 'pt-app', primary: 'pt-db', replica: 'pt-db' } as const;
const CLUSTER = '/var/lib/postgresql/15/main';

/** Where the services listen, each on its host's own address. */
export interface TierPorts {
  lb: number;
  web: number;
  app: number;
  db: number;
}

type AddressOf = (name: string) => string;

/** What the hosts of an application are made of. */
export function specsOf(application: TierApplication, ports: TierPorts): HostSpec[] {
  return application.hosts.map((host) => specOf(host, application, ports));
}

function specOf(host: TierHost, application: TierApplication, ports: TierPorts): HostSpec {
  const { name, role } = host;
  switch (role) {
    case 'lb':
      return spec(name, role, (at) => loadBalancer(host, application, { at, ports }));
    case 'web':
      return spec(name, role, (at) => ({
        '/etc/pt-web/listen.conf': `listen ${at(name)}:${ports.web};\n`,
        '/etc/pt-web/servers.conf': `server ${at(hostWith(application, 'app').name)}:${ports.app};\n`,
      }));
    case 'app':
      return spec(name, role, (at) => ({
        '/etc/pt-app.env': [
          `PT_ADDRESS=${at(name)}`,
          `PT_PORT=${ports.app}`,
          `PT_DATABASE="host=${at(hostWith(application, 'primary').name)} port=${ports.db} dbname=app user=app connect_timeout=3"`,
          '',
        ].join('\n'),
      }));
    case 'primary':
      return {
        ...spec(name, role, (at) => database(at(name), ports)),
        setup: (real) => fillDatabase(real, application.id, ports.db),
      };
    case 'replica':
      return {
        ...spec(name, role, (at) => ({
          ...database(at(name), ports),
          '/root/primary': `host=${at(hostWith(application, 'primary').name)} port=${ports.db} user=replicator application_name=${name}\n`,
        })),
        setup: copyPrimary,
      };
    case 'spare':
      return { name };
  }
}

function spec(
  name: string,
  role: keyof typeof PACKAGE,
  files: (at: AddressOf) => Record<string, string>,
): HostSpec {
  return { name, packages: [PACKAGE[role]], files };
}

function loadBalancer(
  { name }: TierHost,
  application: TierApplication,
  { at, ports }: { at: AddressOf; ports: TierPorts },
): Record<string, string> {
  const servers = application.hosts
    .filter(({ role }) => role === 'web')
    .map((web) => `  server ${web.name} ${at(web.name)}:${ports.web} check`);
  const lines = [
    'global',
    '  log /dev/log local0',
    '  user haproxy',
    '  group haproxy',
    '  stats socket /run/haproxy/admin.sock mode 660 level admin',
    'defaults',
    '  mode http',
    '  log global',
    '  option httplog',
    '  timeout connect 3s',
    '  timeout client 30s',
    '  timeout server 30s',
    `frontend ${application.id}`,
    `  bind ${at(name)}:${ports.lb}`,
    '  http-request return status 200 content-type text/plain file /usr/share/pt-lb/version if { path /lb }',
    `  default_backend ${application.id}-web`,
    `backend ${application.id}-web`,
    '  balance roundrobin',
    '  option httpchk GET /web',
    '  default-server inter 500ms fall 2 rise 2',
    ...servers,
    '',
  ];
  return { '/etc/haproxy/haproxy.cfg': lines.join('\n') };
}

/** No passwords: the services listen on loopback addresses, and from those everything comes as 127.0.0.1. */
function database(address: string, ports: TierPorts): Record<string, string> {
  return {
    '/etc/postgresql/15/main/conf.d/20-host.conf': `listen_addresses = '${address}'\nport = ${ports.db}\n`,
    '/etc/postgresql/15/main/pg_hba.conf': [
      'local all postgres peer',
      'host app app 127.0.0.0/8 trust',
      'host replication replicator 127.0.0.0/8 trust',
      '',
    ].join('\n'),
  };
}

async function fillDatabase(host: RealHost, application: string, port: number): Promise<void> {
  const sql = [
    'create role app login;',
    'create role replicator login replication;',
    'create database app owner app;',
    '\\connect app',
    'set role app;',
    'create table greeting (value text not null);',
    `insert into greeting values ('hello from ${application}');`,
  ];
  const psql = ['psql', '-q', '-v', 'ON_ERROR_STOP=1', '-p', `${port}`, '-d', 'postgres'];
  await host.execOrThrow(['runuser', '-u', 'postgres', '--', ...psql], { input: sql.join('\n') });
}

/** Waits for the primary, takes its data, and follows it from then on. */
async function copyPrimary(host: RealHost): Promise<void> {
  let said = '';
  const copied = async (): Promise<boolean> => {
    const { code, stderr } = await host.exec(['sh', '-c', COPY, 'copy', CLUSTER]);
    said = stderr;
    return code === 0;
  };
  const what = `${host.name} to copy its primary`;
  await waitUntil(copied, { timeoutMs: COPY_TIMEOUT_MS, what, intervalMs: 500 }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${said}`, { cause: error });
  });
}

const COPY = `
set -eu
primary=$(cat /root/primary)
systemctl stop postgresql@15-main.service
rm -rf "$1"
runuser -u postgres -- pg_basebackup --checkpoint=fast --write-recovery-conf --pgdata="$1" --dbname="$primary"
systemctl start postgresql@15-main.service
`;
