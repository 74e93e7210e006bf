import { readSettings } from './settings';

const access = { AGENT_SSH_USER: 'patch', AGENT_SSH_KEY: '/k', AGENT_KNOWN_HOSTS: '/h' };

describe('the settings', () => {
  it('have defaults for everything', () => {
    expect(readSettings({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      databaseUrl: undefined,
      natsUrl: undefined,
      canReachHosts: false,
    });
  });

  it('take the data directory, the ports and foreign servers from the environment', () => {
    const env = {
      PATCHTIDE_DATA_DIR: '/srv/p',
      PATCHTIDE_PORT: '9000',
      DATABASE_URL: 'postgres://h/d',
      ...access,
    };
    expect(readSettings(env)).toMatchObject({
      dataDir: '/srv/p',
      port: 9000,
      databaseUrl: 'postgres://h/d',
      canReachHosts: true,
    });
  });

  it('name every fault at once', () => {
    const env = {
      PATCHTIDE_PORT: '99999',
      DATABASE_URL: 'mysql://x',
      NATS_URL: 'localhost',
      AGENT_SSH_KEY: '/k',
    };
    const read = (): unknown => readSettings(env);
    for (const name of [
      'PATCHTIDE_PORT',
      'DATABASE_URL',
      'NATS_URL',
      'AGENT_SSH_USER',
      'AGENT_KNOWN_HOSTS',
    ]) {
      expect(read).toThrow(new RegExp(`^- ${name} `, 'm'));
    }
  });
});
