import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { ensureDebianPackage, freePort, waitUntil } from '@patchtide/embedded';
import { describeAsRoot } from './testing/as-root';
import { componentOf, KindHost } from './testing/kind-host';

const BINARIES = '/usr/lib/postgresql';

/** A real primary with a real streaming replica. */
describeAsRoot('the kind postgresql', () => {
  let host: KindHost;
  let bin: string;
  const ports = { primary: 0, replica: 0 };
  type Role = keyof typeof ports;

  beforeAll(async () => {
    await ensureDebianPackage('pg_ctlcluster', 'postgresql');
    const version =
      readdirSync(BINARIES)
        .sort((a, b) => Number(a) - Number(b))
        .at(-1) ?? '';
    bin = `${BINARIES}/${version}/bin`;
    host = new KindHost();
    Object.assign(ports, { primary: await freePort(), replica: await freePort() });
    execFileSync('chown', ['postgres', host.directory]);
    asPostgres(`${bin}/initdb`, '-D', data('primary'), '-A', 'trust', '-N');
    addUnit('primary');
    expect(await host.carryOut('START', postgresql('primary'))).toMatchObject({ code: 0 });
    asPostgres(
      `${bin}/pg_basebackup`,
      ...at('primary'),
      '-D',
      data('replica'),
      '-R',
      '-X',
      'stream',
      '-c',
      'fast',
    );
    addUnit('replica');
  });
  afterAll(async () => {
    for (const role of ['replica', 'primary'] as const) await host.word('systemctl', 'stop', unitOf(role));
    host.remove();
  });
  beforeEach(async () => {
    for (const role of ['primary', 'replica'] as const) await host.word('systemctl', 'start', unitOf(role));
  });

  const data = (role: Role) => host.path(role);
  const unitOf = (role: Role) => `postgresql@15-${role}.service`;
  const at = (role: Role) => ['-h', host.directory, '-p', `${ports[role]}`];
  const asPostgres = (program: string, ...args: string[]) =>
    execFileSync('runuser', ['-u', 'postgres', '--', program, ...args], { cwd: '/', encoding: 'utf8' });
  const sql = (role: Role, text: string) =>
    asPostgres(`${bin}/psql`, '-XAtq', ...at(role), '-c', text).trim();
  const postgresql = (role: Role, attributes = {}) =>
    componentOf(
      'postgresql',
      { role, port: ports[role], socketDirectory: host.directory, dataDirectory: data(role), ...attributes },
      unitOf(role),
    );

  function addUnit(role: Role): void {
    const options = `-p ${ports[role]} -k ${host.directory} -c listen_addresses= -c fsync=off -c cluster_name=${role}`;
    host.unit(unitOf(role), {
      start: `cd / && exec runuser -u postgres -- ${bin}/pg_ctl -D ${data(role)} -s -w -l ${data(role)}/log -o '${options}' start`,
      pidfile: `${data(role)}/postmaster.pid`,
      signal: 'INT',
    });
  }

  it('stops a replica and starts it until it streams again', async () => {
    expect(await host.carryOut('STOP', postgresql('replica'))).toMatchObject({ code: 0 });
    sql('primary', 'create table t as select generate_series(1, 100000)');
    expect(await host.carryOut('START', postgresql('replica'))).toMatchObject({ code: 0 });

    expect(sql('replica', 'select count(*) from t')).toBe('100000');
    sql('primary', 'drop table t');
  });

  it('stops a primary with a checkpoint, in order, and starts it until it takes writes', async () => {
    const stopped = await host.carryOut('STOP', postgresql('primary'));
    expect(stopped).toMatchObject({ code: 0, output: expect.stringMatching(/replica .* is streaming/) });
    expect(await host.word('@postgresql-stopped', host.directory, `${ports.primary}`)).toMatchObject({
      code: 0,
    });
    expect(await host.carryOut('START', postgresql('primary'))).toMatchObject({ code: 0 });
  });

  it('takes the role as it finds it when the CMDB does not say', async () => {
    const { role: _, ...rest } = postgresql('replica').attributes ?? {};
    const unknown = { ...postgresql('replica'), attributes: rest };

    expect(await host.carryOut('STOP', unknown)).toMatchObject({ code: 0 });
    expect(await host.carryOut('START', unknown)).toMatchObject({ code: 0 });
  });

  it('does not stop a server that has another role than the CMDB says', async () => {
    const stopped = await host.carryOut('STOP', { ...postgresql('primary', { role: 'replica' }) });

    expect(stopped.notes.failure).toMatch(/^The CMDB calls this PostgreSQL replica, but it is a primary\./);
    expect(sql('primary', 'select 1')).toBe('1');
  });

  it('does not take a wrong port for a server that is stopped', async () => {
    const stopped = await host.carryOut('STOP', postgresql('primary', { port: await freePort() }));

    expect(stopped.notes.failure).toMatch(
      /is active, but no PostgreSQL answers at .*Correct unit, port or socketDirectory/,
    );
  });

  it('does not call a replica up that has lost its primary', async () => {
    await host.carryOut('STOP', postgresql('replica'));
    await host.word('systemctl', 'stop', unitOf('primary'));

    const started = await host.carryOut('START', postgresql('replica'), 9_000);

    expect(started).toMatchObject({
      code: 124,
      output: expect.stringMatching(/no connection to its primary|does not stream/),
    });
  });

  it('does not call a replica up that applies nothing, or a primary that takes no writes', async () => {
    sql('replica', 'select pg_wal_replay_pause()');
    sql('primary', 'create table u as select generate_series(1, 200000)');
    const up = (role: Role, ...more: string[]) =>
      host.word('@postgresql-up', host.directory, `${ports[role]}`, 'postgres', role, ...more);
    await waitUntil(async () => (await up('replica', '1000')).code === 1, {
      timeoutMs: 20_000,
      what: 'the lag',
    });
    expect(await up('replica', '1000')).toMatchObject({
      output: expect.stringMatching(/bytes behind its primary; 1000/),
    });
    sql('replica', 'select pg_wal_replay_resume()');
    await waitUntil(async () => (await up('replica', '1000')).code === 0, {
      timeoutMs: 20_000,
      what: 'the replica',
    });

    sql('primary', 'drop table u');
    sql('primary', 'alter system set default_transaction_read_only = on');
    sql('primary', 'select pg_reload_conf()');
    await waitUntil(async () => (await up('primary', '0')).output.includes('set to read only'), {
      timeoutMs: 20_000,
      what: 'read only',
    });
    execFileSync('sh', ['-c', 'sed -i /read_only/d "$0"', `${data('primary')}/postgresql.auto.conf`]);
    sql('primary', 'select pg_reload_conf()');
  });

  it('tells a server that crashed from one that was shut down in order', async () => {
    await host.word('systemctl', 'stop', unitOf('primary'));
    expect(await host.word('@postgresql-shut-down', data('primary'))).toMatchObject({ code: 0 });
    await host.word('systemctl', 'start', unitOf('primary'));
    await host.word('sh', '-c', 'kill -QUIT "$(head -n 1 "$0")"', `${data('primary')}/postmaster.pid`);
    await waitUntil(
      async () => (await host.word('@postgresql-stopped', host.directory, `${ports.primary}`)).code === 0,
      { timeoutMs: 20_000, what: 'the end' },
    );

    const looked = await host.word('@postgresql-shut-down', data('primary'));

    expect(looked.notes.failure).toMatch(/say "in production": PostgreSQL did not end in order/);
  });

  it('asks as the user of the system without runuser too', async () => {
    host.hide('runuser');

    const probed = await host.word(
      '@postgresql-probe',
      host.directory,
      `${ports.primary}`,
      'postgres',
      'primary',
    );

    expect(probed).toMatchObject({ code: 0, output: '' });
  });
});
