import { waitUntil } from '@patchtide/embedded';
import { describeRealFleet } from './describe-real-fleet';
import { startThreeTier, type ThreeTier } from './three-tier';

const APPLICATIONS = ['shop', 'crm', 'desk'];
const UPGRADE = 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y upgrade </dev/null';

describeRealFleet('three-tier applications on twelve real hosts', () => {
  let estate: ThreeTier;

  beforeAll(async () => {
    estate = await startThreeTier();
  }, 1_500_000);
  afterAll(() => estate?.fleet.stop());

  const sql = (host: string, statement: string): Promise<string> =>
    estate.fleet
      .host(host)
      .execOrThrow(
        [
          'runuser',
          '-u',
          'postgres',
          '--',
          'psql',
          '-qAt',
          '-v',
          'ON_ERROR_STOP=1',
          '-p',
          `${estate.ports.db}`,
          '-d',
          'app',
        ],
        {
          input: statement,
        },
      );

  it('answer over HTTP through nginx and Node with a value from PostgreSQL, at release 1', async () => {
    for (const id of APPLICATIONS) {
      const tier = { web: '1.0', app: '1.0', database: '1.0' };
      expect(await estate.ask(id)).toEqual({ status: 200, ...tier, value: `hello from ${id}` });
    }
    expect(await estate.faults()).toEqual([]);
    // Web servers and load balancers ask for the same port, and do not get into each other's way by that.
    expect(estate.ports.lb).toBe(estate.ports.web);
  });

  it('have a replica that follows its primary', async () => {
    await sql('shop-db-1', "insert into greeting values ('written to the primary')");
    const seen = async (): Promise<boolean> =>
      (await sql('shop-db-2', 'select value from greeting')).includes('written to the primary');
    await waitUntil(seen, { timeoutMs: 10_000, what: 'the replica to have it' });
    await expect(sql('shop-db-2', 'delete from greeting')).rejects.toThrow('read-only');
    await sql('shop-db-1', "delete from greeting where value = 'written to the primary'");
  });

  it('have a load balancer that goes on with one web server, and drains one through its runtime socket', async () => {
    const socket = async (command: string): Promise<string> =>
      estate.fleet
        .host('shop-lb-1')
        .execOrThrow(['socat', '-', 'UNIX-CONNECT:/run/haproxy/admin.sock'], { input: `${command}\n` });
    await socket('set server shop-web/shop-web-1 state drain');
    expect(await socket('show stat')).toMatch(/^shop-web,shop-web-1,.*,DRAIN/m);
    await estate.fleet.host('shop-web-1').exec(['systemctl', 'stop', 'nginx.service']);
    expect((await estate.ask('shop')).status).toBe(200);
    await estate.fleet.host('shop-web-1').execOrThrow(['systemctl', 'start', 'nginx.service']);
    await socket('set server shop-web/shop-web-1 state ready');
  });

  it('tell what does not work', async () => {
    const database = estate.fleet.host('crm-db-1');
    await database.execOrThrow(['systemctl', 'stop', 'postgresql@15-main.service']);
    expect(await estate.faults()).toEqual([expect.stringContaining('crm answers with 503')]);
    await database.execOrThrow(['systemctl', 'start', 'postgresql@15-main.service']);
  });

  it('show release 2 in every tier after the upgrade, and release 1 again after a reset', async () => {
    await estate.fleet.publish('2');
    const upgrades = estate.fleet.hosts.map((host) => host.exec(['sh', '-c', UPGRADE]));
    expect((await Promise.all(upgrades)).map(({ code }) => code)).toEqual(Array(12).fill(0));
    for (const id of APPLICATIONS) {
      expect(await estate.ask(id)).toMatchObject({ status: 200, web: '2.0', app: '2.0', database: '2.0' });
    }
    await estate.fleet.publish('1');
    await estate.fleet.reset();
    expect(await estate.ask('shop')).toMatchObject({ status: 200, web: '1.0', app: '1.0', database: '1.0' });
    expect(await estate.faults()).toEqual([]);
  });
});
