import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { componentOf, KindHost } from './testing/kind-host';

/**
 * Programs that stand in for srvctl, datapatch and sqlplus note how they are called and answer in the real ones' words.
 * What the real ones make of it, this cannot show.
 */
describe('the kind oracle', () => {
  let host: KindHost;
  let home: string;

  beforeEach(() => {
    host = new KindHost();
    home = host.path('db_1');
    for (const directory of ['bin', 'OPatch', 'dbs']) mkdirSync(`${home}/${directory}`, { recursive: true });
    program(
      'bin/srvctl',
      `[ "$1" != start ] || echo running >${host.path('state')}
[ "$1" != stop ] || echo stopped >${host.path('state')}
[ "$1" != status ] || case $(cat ${host.path('state')}) in
  running) echo "Instance ORCL1 is running on node db-01" ;;
  half) printf 'Instance ORCL1 is running on node db-01\\nInstance ORCL2 is not running on node db-02\\n' ;;
  *) echo "Instance ORCL1 is not running on node db-01" ;;
esac`,
    );
    program('OPatch/datapatch', `[ ! -e ${host.path('datapatch-fails')} ]`);
    program('bin/sqlplus', `case $(cat) in *sqlpatch*) cat ${host.path('registry')} ;; *) echo 3 ;; esac`);
    host.write('state', 'running');
    host.write('registry', '');
  });
  afterEach(() => host.remove());

  function program(name: string, body: string): void {
    host.write(
      `db_1/${name}`,
      `#!/bin/sh\necho "$ORACLE_HOME \${ORACLE_SID--} \${0##*/} $*" >>${host.path('asked')}\n${body}\n`,
    );
    host.makeExecutable(`db_1/${name}`);
  }

  const asked = () => {
    const lines = readFileSync(host.path('asked'), 'utf8').trim().split('\n');
    rmSync(host.path('asked'));
    return lines.map((line) => line.replaceAll(home, 'HOME'));
  };
  const oracle = (attributes = {}) =>
    componentOf('oracle', {
      oracleHome: home,
      database: 'ORCL',
      sid: 'ORCL1',
      osUser: userInfo().username,
      node: 'db-01',
      ...attributes,
    });

  it('stops a database and asks whether it is down; starts it and loads the patches into it', async () => {
    expect(await host.carryOut('STOP', oracle())).toMatchObject({ code: 0 });
    expect(asked()).toEqual([
      'HOME - srvctl stop database -db ORCL -stopoption immediate',
      'HOME - srvctl status database -db ORCL',
    ]);

    expect(await host.carryOut('START', oracle())).toMatchObject({
      code: 0,
      notes: { 'invalid-objects': '3' },
    });
    expect(asked()).toEqual([
      'HOME - srvctl start database -db ORCL',
      'HOME ORCL1 datapatch -verbose',
      'HOME ORCL1 sqlplus -S -L / as sysdba',
      'HOME ORCL1 sqlplus -S -L / as sysdba',
      'HOME - srvctl status database -db ORCL',
    ]);
  });

  it('stops all that runs out of a home, and starts by the same state file', async () => {
    await host.carryOut('STOP', oracle({ scope: 'home' }));
    await host.carryOut('START', oracle({ scope: 'home', datapatch: 'no' }));

    const home = '-oraclehome HOME -statefile HOME/dbs/patchtide-srvctl.state -node db-01';
    expect(asked().filter((line) => !line.includes(' status '))).toEqual([
      `HOME - srvctl stop home ${home} -stopoption immediate`,
      `HOME - srvctl start home ${home}`,
    ]);
  });

  it('is neither up nor down while one of two instances runs', async () => {
    host.write('state', 'half');
    const target = [home, userInfo().username, 'database', 'ORCL', 'db-01', 'home'];

    expect(await host.word('@oracle-stopped', ...target)).toMatchObject({ code: 1 });
    expect(await host.word('@oracle-running', ...target)).toMatchObject({
      code: 1,
      output: expect.stringContaining('ORCL2 is not running'),
    });
  });

  it('fails when the home is patched and the database is not', async () => {
    host.write('datapatch-fails', '');
    const failed = await host.carryOut('START', oracle());
    expect(failed.notes.failure).toMatch(/^datapatch failed: the home is patched, the database is not\./);
    rmSync(host.path('datapatch-fails'));

    host.write('registry', '36912597 APPLY WITH ERRORS\n');
    const halfDone = await host.carryOut('START', oracle());
    expect(halfDone.notes.failure).toBe(
      'Patches that the database has not taken over: 36912597 APPLY WITH ERRORS',
    );
  });
});
