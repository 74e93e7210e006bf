import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@patchtide/service-kit';
import { AgentConfig } from './agent-config';
import { workOf } from './agent.module';

describe('AgentConfig', () => {
  const home = mkdtempSync(join(tmpdir(), 'patchtide-agent-'));
  const file = join(home, 'file');
  writeFileSync(file, 'x');
  afterAll(() => rmSync(home, { recursive: true }));
  const enough = { AGENT_SSH_USER: 'patchtide', AGENT_SSH_KEY: file, AGENT_KNOWN_HOSTS: file };

  it('needs a user, a key and known hosts, and has safe values for the rest', () => {
    const config = loadConfig(AgentConfig, enough);
    expect(config).toMatchObject({
      AGENT_ZONE: 'all',
      AGENT_CONCURRENCY: 64,
      AGENT_SUDO: 'off',
      AGENT_ROOT: '/var/lib/patchtide',
    });
  });

  it('lists every fault at once with its remedy', () => {
    const env = {
      AGENT_ZONE: 'a.b',
      AGENT_CONCURRENCY: '0',
      AGENT_ROOT: 'here',
      AGENT_SUDO: 'yes',
      AGENT_SSH_KEY: '/nonexistent',
    };
    const faults = [
      'AGENT_ZONE',
      'AGENT_CONCURRENCY',
      'AGENT_ROOT',
      'AGENT_SUDO',
      'AGENT_SSH_KEY',
      'AGENT_SSH_USER',
      'AGENT_KNOWN_HOSTS',
    ];
    for (const variable of faults) expect(() => loadConfig(AgentConfig, env)).toThrow(variable);
  });

  it('takes the work of its own zone', () => {
    const work = workOf(loadConfig(AgentConfig, { ...enough, AGENT_ZONE: 'dmz', AGENT_CONCURRENCY: '3' }));
    expect(work).toMatchObject({
      durable: 'host-dmz',
      filterSubject: 'patchtide.work.host.dmz',
      concurrency: 3,
    });
  });

  it('takes the work of every zone when told so', () => {
    const work = workOf(loadConfig(AgentConfig, enough));
    expect(work).toMatchObject({ durable: 'host-all', filterSubject: 'patchtide.work.host.>' });
  });
});
