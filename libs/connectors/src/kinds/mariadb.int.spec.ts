import { execFileSync } from 'node:child_process';
import { ensureDebianPackage, freePort, waitUntil } from '@patchtide/embedded';
import { describeAsRoot } from './testing/as-root';
import { componentOf, KindHost } from './testing/kind-host';

/** A real MariaDB with a real replica, entered as root over their sockets. */
describeAsRoot('the kind mariadb', () => {
  let host: KindHost;
  const ports = { primary: 0, replica: 0 };
  type Role = keyof typeof ports;

  beforeAll(async () => {
    await ensureDebianPackage('mariadbd', 'mariadb-server');
    host = new KindHost();
    Object.assign(ports, { primary: await freePort(), replica: await freePort() });
    execFileSync('chown', ['mysql', host.directory]);
    for (const role of ['primary', 'replica'] as const) await install(role);
    sql(
      'primary',
      "create user copy@'127.0.0.1' identified by 'copy'; grant replication slave on *.* to copy@'127.0.0.1'",
    );
    sql(
      'replica',
      `change master to master_host='127.0.0.1', master_port=${ports.primary}, master_user='copy', master_password='copy',
       master_use_gtid=slave_pos, master_connect_retry=1; start slave`,
    );
  });
  afterAll(async () => {
    for (const role of ['replica', 'primary'] as const) await host.word('systemctl', 'stop', unitOf(role));
    host.remove();
  });
  beforeEach(async () => {
    for (const role of ['primary', 'replica'] as const) await host.word('systemctl', 'start', unitOf(role));
    for (const role of ['primary', 'replica'] as const) await untilUp(role);
  });

  const unitOf = (role: Role) => `mariadb@${role}.service`;
  const socketOf = (role: Role) => host.path(`${role}.sock`);
  const sql = (role: Role, text: string) =>
    execFileSync('mariadb', ['--no-defaults', '-u', 'root', `--socket=${socketOf(role)}`, '-BNe', text], {
      encoding: 'utf8',
    }).trim();
  const up = (role: Role) => host.word('@mysql-up', socketOf(role), 'none', role, '60');
  const untilUp = (role: Role) =>
    waitUntil(async () => (await up(role)).code === 0, { timeoutMs: 30_000, what: `the ${role}` });
  const mariadb = (role: Role, attributes = {}) =>
    componentOf('mariadb', { role, socket: socketOf(role), ...attributes }, unitOf(role));

  async function install(role: Role): Promise<void> {
    const data = host.path(role);
    execFileSync(
      'mariadb-install-db',
      ['--no-defaults', '--user=mysql', `--datadir=${data}`, '--skip-test-db'],
      {
        cwd: '/',
        stdio: 'pipe',
      },
    );
    const options = [
      ...['--no-defaults', '--user=mysql', `--datadir=${data}`, `--socket=${socketOf(role)}`],
      ...[`--port=${ports[role]}`, '--bind-address=127.0.0.1', `--pid-file=${host.path(`${role}.pid`)}`],
      ...[
        `--server-id=${ports[role]}`,
        '--log-bin=log',
        `--log-error=${data}/error.log`,
        '--innodb-flush-method=fsync',
      ],
    ];
    host.unit(unitOf(role), {
      start: `setsid mariadbd ${options.join(' ')} &
        for try in $(seq 300); do [ -S ${socketOf(role)} ] && exit; sleep 0.1; done; exit 1`,
      pidfile: host.path(`${role}.pid`),
    });
    await host.word('systemctl', 'start', unitOf(role));
  }

  it('stops a replica and starts it until it replicates again', async () => {
    expect(await host.carryOut('STOP', mariadb('replica'))).toMatchObject({ code: 0 });
    expect(await host.word('@mysql-stopped', socketOf('replica'))).toMatchObject({ code: 0 });
    expect(await host.carryOut('START', mariadb('replica'))).toMatchObject({ code: 0 });
  });

  it('stops a primary and starts it until it takes writes', async () => {
    const stopped = await host.carryOut('STOP', mariadb('primary'));
    expect(stopped).toMatchObject({
      code: 0,
      output: expect.stringMatching(/Pages to be written by the stop: \d+\./),
    });
    expect(await host.carryOut('START', mariadb('primary'))).toMatchObject({ code: 0 });

    sql('primary', 'set global read_only = 1');
    expect(await up('primary')).toMatchObject({
      code: 1,
      output: expect.stringContaining('set to read only'),
    });
    sql('primary', 'set global read_only = 0');
  });

  it('does not call a replica up that does not replicate', async () => {
    sql('replica', 'stop slave sql_thread');
    expect(await up('replica')).toMatchObject({ code: 1, output: expect.stringContaining('IO Yes, SQL No') });
    sql('replica', 'start slave');
  });

  it('does not stop a server that has another role than the CMDB says, or does not answer where the CMDB says', async () => {
    const wrongRole = await host.carryOut('STOP', mariadb('replica', { role: 'primary' }));
    expect(wrongRole.notes.failure).toMatch(/^The CMDB calls this database primary, but it is a replica\./);
    const wrongSocket = await host.carryOut('STOP', mariadb('primary', { socket: host.path('other.sock') }));
    expect(wrongSocket.notes.failure).toMatch(/is active, but no database answers at .*other\.sock/);
  });

  it('takes user and password from a file where the component names one', async () => {
    sql('primary', "create user if not exists root@'%'; alter user root@localhost identified by 'secret'");
    const file = host.write('credentials.cnf', '[client]\nuser=root\npassword=secret\n');
    const probed = await host.word('@mysql-probe', socketOf('primary'), file, 'primary');
    execFileSync('mariadb', [
      `--defaults-extra-file=${file}`,
      `--socket=${socketOf('primary')}`,
      '-e',
      'alter user root@localhost identified via unix_socket',
    ]);

    expect(probed).toMatchObject({ code: 0, output: '' });
  });
});
