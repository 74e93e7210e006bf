import { ensureDebianPackage, freePort } from '@patchtide/embedded';
import { componentOf, KindHost } from './testing/kind-host';

const UNIT = 'apache2.service';

/** A real Apache with a configuration of its own, given to apache2ctl as Debian does it: by environment. */
describe('the kind apache', () => {
  let host: KindHost;
  let port: number;

  beforeAll(() => ensureDebianPackage('apache2', 'apache2'));
  beforeEach(async () => {
    host = new KindHost();
    port = await freePort();
    writeConfig();
    Object.assign(host.environment, {
      APACHE_CONFDIR: host.directory,
      APACHE_ENVVARS: host.write('envvars', envvars()),
    });
    host.unit(UNIT, { start: 'exec apache2ctl start', pidfile: host.path('apache2.pid') });
  });
  afterEach(async () => {
    await host.word('systemctl', 'stop', UNIT);
    host.remove();
  });

  const envvars = () =>
    `export APACHE_RUN_USER=www-data APACHE_RUN_GROUP=www-data APACHE_PID_FILE=${host.path('apache2.pid')}
export APACHE_RUN_DIR=${host.directory} APACHE_LOCK_DIR=${host.directory} APACHE_LOG_DIR=${host.directory} LANG=C\n`;

  function writeConfig(broken = ''): void {
    const modules = ['mpm_event', 'authz_core', 'dir'].map(
      (m) => `LoadModule ${m}_module /usr/lib/apache2/modules/mod_${m}.so`,
    );
    host.write(
      'apache2.conf',
      `${modules.join('\n')}\nServerName localhost\nServerRoot ${host.directory}\nPidFile ${host.path('apache2.pid')}
User www-data\nGroup www-data\nErrorLog ${host.path('error.log')}\nDefaultRuntimeDir ${host.directory}
Listen 127.0.0.1:${port}\nDocumentRoot ${host.directory}\n<Directory ${host.directory}>\nRequire all granted\n</Directory>\n${broken}\n`,
    );
    host.write('index.html', 'ok');
  }

  it('starts with a page that answers, stops in order, and refuses to stop what could not start again', async () => {
    const apache = componentOf('apache', { port, url: `http://127.0.0.1:${port}/`, graceSeconds: 10 }, UNIT);
    expect(await host.carryOut('START', apache)).toMatchObject({ code: 0 });
    writeConfig('NoSuchDirective on');

    const refused = await host.carryOut('STOP', apache);
    expect(refused.notes.failure).toMatch(/^Apache would not start with/);
    writeConfig();

    const stopped = await host.carryOut('STOP', apache);
    expect(stopped).toMatchObject({ code: 0, output: expect.stringContaining('has finished what it did') });
  });
});
