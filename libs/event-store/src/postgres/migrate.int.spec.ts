import { startPostgres } from '@patchtide/embedded';
import { MigrationChanged } from '../errors';
import { createDatabase } from '../testing/test-database';
import { migrate } from './migrate';
import { storeMigrations } from './migrations/list';
import { createPool, type Pool } from './pool';

describe('migrate', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  const pools: Pool[] = [];

  beforeAll(async () => {
    server = await startPostgres();
  });

  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
  });

  afterAll(() => server.stop());

  const owner = (url: string): Pool => {
    const pool = createPool(url, { role: false });
    pools.push(pool);
    return pool;
  };

  it('applies each migration once when many processes start together, in two databases at a time', async () => {
    const urls = [await createDatabase(server.url), await createDatabase(server.url)];
    const starts = urls.flatMap((url) => Array.from({ length: 4 }, () => migrate(owner(url))));
    const applied = (await Promise.all(starts)).flat();
    const names = storeMigrations.map(({ name }) => name);
    expect(applied.sort()).toEqual([...names, ...names].sort());
  });

  it('does nothing the second time and refuses a program whose migration has another text', async () => {
    const pool = owner(await createDatabase(server.url));
    await migrate(pool);
    expect(await migrate(pool)).toEqual([]);
    const [first, ...rest] = storeMigrations;
    const edited = [{ name: first?.name ?? '', sql: 'select 1' }, ...rest];
    await expect(migrate(pool, edited)).rejects.toThrow(MigrationChanged);
    expect(await migrate(pool)).toEqual([]);
  });

  it('leaves nothing of a migration that fails and gives the lock back', async () => {
    const pool = owner(await createDatabase(server.url));
    const broken = { name: '9999-broken', sql: 'create table es.half (id int); select no_such_function()' };
    await expect(migrate(pool, [...storeMigrations, broken])).rejects.toThrow('9999-broken');
    expect(await migrate(pool)).toEqual([]);
    const { rows } = await pool.query<{ half: string | null }>("select to_regclass('es.half') as half");
    expect(rows[0]?.half).toBeNull();
  });

  it('works for an owner who is no superuser and may then act as the service', async () => {
    const admin = owner(await createDatabase(server.url));
    const [{ name } = { name: '' }] = (
      await admin.query<{ name: string }>('select current_database() as name')
    ).rows;
    await admin.query("create role app_owner login createrole password 'x'");
    await admin.query(`alter database ${name} owner to app_owner`);
    const url = new URL(server.url);
    Object.assign(url, { username: 'app_owner', password: 'x', pathname: `/${name}` });
    // The role is there already when another database of the cluster came first; its administrator passes it on.
    await admin.query(
      'do $$ begin create role patchtide_service nologin; exception when duplicate_object then null; end $$',
    );
    await admin.query('grant patchtide_service to app_owner with admin option');
    await migrate(owner(url.href));
    const service = createPool(url.href);
    pools.push(service);
    const { rows } = await service.query<{ who: string }>('select current_user as who');
    expect(rows).toEqual([{ who: 'patchtide_service' }]);
  });

  it('refuses a database that is not UTF-8, since both sides must hash the same bytes', async () => {
    const admin = owner(server.url);
    await admin.query("create database latin encoding 'LATIN1' locale 'C' template template0");
    const url = new URL(server.url);
    url.pathname = '/latin';
    await expect(migrate(owner(url.href))).rejects.toThrow('LATIN1');
  });

  it('keeps other options of the URL beside the service role', async () => {
    const url = await createDatabase(server.url);
    await migrate(owner(url));
    const service = createPool(`${url}?options=-c%20work_mem%3D5MB`);
    pools.push(service);
    const { rows } = await service.query("select current_user as who, current_setting('work_mem') as memory");
    expect(rows).toEqual([{ who: 'patchtide_service', memory: '5MB' }]);
  });
});
