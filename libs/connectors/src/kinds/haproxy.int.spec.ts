import { connect, createServer, type Server, type Socket } from 'node:net';
import { ensureDebianPackage, freePort, waitUntil } from '@patchtide/embedded';
import { componentOf, KindHost } from './testing/kind-host';

const UNIT = 'haproxy.service';
const RUNTIME = { timeoutMs: 15_000, what: 'HAProxy' };

/** Real sessions over a real HAProxy, in front of servers that only hold connections open. */
describe('the kind haproxy-server', () => {
  let host: KindHost;
  let port: number;
  let servers: Server[];
  const held: Socket[] = [];

  beforeAll(() => ensureDebianPackage('haproxy', 'haproxy'));
  beforeEach(async () => {
    host = new KindHost();
    servers = [createServer(), createServer()];
    const ports = [await freePort(), await freePort()];
    // Health checks connect too, but say nothing; a session that HAProxy cuts ends with a reset.
    const hold = (socket: Socket) =>
      socket.on('error', () => socket.destroy()).once('data', () => held.push(socket));
    servers.forEach((server, at) => server.listen(ports[at], '127.0.0.1').on('connection', hold));
    port = await freePort();
    host.write(
      'haproxy.cfg',
      `global
  stats socket ${host.path('admin.sock')} mode 600 level admin
  pidfile ${host.path('haproxy.pid')}
defaults
  mode tcp
  timeout connect 5s
  timeout client 1m
  timeout server 1m
frontend web
  bind 127.0.0.1:${port}
  default_backend shop
backend shop
  server s1 127.0.0.1:${ports[0]} check inter 200ms
  server s2 127.0.0.1:${ports[1]} check inter 200ms
`,
    );
    host.unit(UNIT, {
      start: `exec haproxy -D -f ${host.path('haproxy.cfg')}`,
      pidfile: host.path('haproxy.pid'),
    });
    await host.word('systemctl', 'start', UNIT);
    await waitUntil(async () => (await host.word('@haproxy-up', ...entry())).code === 0, RUNTIME);
  });
  afterEach(async () => {
    await host.word('systemctl', 'stop', UNIT);
    held.splice(0).forEach((socket) => socket.destroy());
    servers.forEach((server) => server.close());
    host.remove();
  });

  const entry = (name = 's1') => [host.path('admin.sock'), 'shop', name];
  const server = (attributes = {}) =>
    componentOf('haproxy-server', {
      socket: host.path('admin.sock'),
      backend: 'shop',
      serverName: 's1',
      ...attributes,
    });

  /** A session on one of the servers, round robin. */
  async function session(): Promise<Socket> {
    const before = held.length;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('hello');
    await waitUntil(() => held.length > before, RUNTIME);
    return socket;
  }

  it('really waits for the sessions of the server, and gives it no new ones', async () => {
    const sessions = [await session(), await session()];
    let isDone = false;
    const stopping = host.carryOut('STOP', server()).finally(() => (isDone = true));
    await waitUntil(
      async () => (await host.word('@haproxy-up', ...entry())).output.includes('DRAIN'),
      RUNTIME,
    );
    expect(isDone).toBe(false);

    sessions.forEach((socket) => socket.destroy());

    expect(await stopping).toMatchObject({
      code: 0,
      output: expect.stringContaining('has 1 sessions'),
      notes: {},
    });
    await session();
    expect(await host.word('@haproxy-stopped', ...entry())).toMatchObject({ code: 0 });
    expect(await host.carryOut('START', server())).toMatchObject({ code: 0 });
  });

  it('fails when sessions are left, or cuts them where the component says so', async () => {
    await session();
    await session();

    const failed = await host.carryOut('STOP', server({ drainSeconds: 1 }));
    expect(failed.code).toBe(1);
    expect(failed.notes.failure).toMatch(/^shop\/s1 still has 1 sessions after 1 s\./);

    const cut = await host.carryOut('STOP', server({ drainSeconds: 1, afterDrain: 'maint' }));
    expect(cut).toMatchObject({ code: 0, notes: { 'sessions-cut': '1 of shop/s1' } });
    expect(await host.carryOut('START', server())).toMatchObject({ code: 0 });
  });

  it('notices that a restart of HAProxy has forgotten the drain, and drains again', async () => {
    await host.carryOut('STOP', server());
    await host.word('systemctl', 'stop', UNIT);
    await host.word('systemctl', 'start', UNIT);
    await waitUntil(async () => (await host.word('@haproxy-up', ...entry())).code === 0, RUNTIME);

    const looked = await host.word('@haproxy-stopped', ...entry());

    expect(looked.output).toContain('HAProxy has forgotten the drain of shop/s1');
    expect(await host.word('@haproxy-stopped', ...entry())).toMatchObject({ code: 0 });
  });

  it('keeps a server in service when too few others are up', async () => {
    await host.word('@haproxy-drain', ...entry('s2'), '5', 'fail', '0');

    const stopped = await host.carryOut('STOP', server({ keepUp: 1 }));

    expect(stopped.notes.failure).toBe(
      "shop/s1 stays in service: 0 other servers of shop are up, the component's keepUp asks for 1.",
    );
  });

  it('leaves a server alone that somebody else has taken out', async () => {
    await host.word(
      'sh',
      '-c',
      'echo "set server shop/s1 state maint" | socat - "UNIX-CONNECT:$0"',
      host.path('admin.sock'),
    );

    const stopped = await host.carryOut('STOP', server());

    expect(stopped.notes.failure).toMatch(
      /^shop\/s1 is already out of service \(MAINT\), and not by Patchtide\./,
    );
  });

  it.each([
    ['backend', { backend: 'shopp' }],
    ['server', { serverName: 's9' }],
  ])('names a %s that HAProxy does not know', async (_, wrong) => {
    const stopped = await host.carryOut('STOP', server(wrong));

    expect(stopped.code).toBe(1);
    expect(stopped.notes.failure).toMatch(/Correct backend and serverName|refuses/);
  });

  it('says what it needs when HAProxy does not answer', async () => {
    const stopped = await host.carryOut('STOP', server({ socket: host.path('other.sock') }));

    expect(stopped.notes.failure).toMatch(
      /^HAProxy does not answer at .*other\.sock.*stats socket .* level admin/,
    );
  });

  it.each(['python3', 'perl', 'nc'])(
    'speaks to the socket with %s where there is no socat',
    async (program) => {
      for (const other of ['socat', 'python3', 'perl', 'nc']) {
        if (other !== program) host.hide(other);
      }
      if (program === 'nc') await ensureDebianPackage('nc', 'netcat-openbsd');

      expect(await host.word('@haproxy-up', ...entry())).toMatchObject({ code: 0, output: '' });
    },
  );

  it('lets nothing of a CMDB into the command', async () => {
    for (const name of ['s1 state ready; show env', 's1\nshow env', '', '$(x)']) {
      expect(await host.word('@haproxy-up', host.path('admin.sock'), 'shop', name)).toMatchObject({
        code: 64,
      });
    }
  });

  it('stops and starts the process as the kind haproxy, and not with a broken configuration', async () => {
    const haproxy = componentOf('haproxy', { config: host.path('haproxy.cfg'), port });
    expect(await host.carryOut('STOP', haproxy)).toMatchObject({ code: 0 });
    expect(await host.carryOut('START', haproxy)).toMatchObject({ code: 0 });
    host.write('haproxy.cfg', 'frontend\n');

    expect((await host.carryOut('STOP', haproxy)).notes.failure).toMatch(/^HAProxy would not start with/);
  });
});
