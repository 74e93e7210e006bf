import { ConfigInvalid, loadConfig } from '@patchtide/service-kit';
import { SuppressionConfig, leaseSettings } from './suppression-config';

const DATABASE_URL = 'postgresql://user:secret@db:5432/patchtide';
const load = (env: Record<string, string>) => loadConfig(SuppressionConfig, { DATABASE_URL, ...env });

function faults(env: Record<string, string>): string[] {
  try {
    load(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return error.faults.map(({ variable }) => variable).sort();
  }
}

describe('the configuration', () => {
  it('needs nothing but the database, and leases fifteen minutes', () => {
    const config = load({ ALERTMANAGER_URL: '' });
    expect(config.ALERTMANAGER_URL).toBeUndefined();
    expect(leaseSettings(config)).toEqual({ leaseMs: 900_000, graceMs: 1_800_000, volatileMs: 60_000 });
  });

  it('takes URLs without a top-level domain', () => {
    expect(faults({ ALERTMANAGER_URL: 'http://alertmanager:9093/prefix' })).toEqual([]);
    expect(faults({ ALERTMANAGER_URL: 'http://127.0.0.1:9093' })).toEqual([]);
  });

  it('wants a webhook signed and a login complete', () => {
    expect(faults({ WEBHOOK_URL: 'https://hooks.example' })).toEqual(['WEBHOOK_SECRET']);
    expect(faults({ SUPPRESSION_SSH_USER: 'patchtide' })).toEqual([
      'SUPPRESSION_SSH_KEY',
      'SUPPRESSION_SSH_KNOWN_HOSTS',
    ]);
  });

  it('names every fault at once', () => {
    const env = {
      ALERTMANAGER_URL: 'alertmanager',
      LEASE_MINUTES: '0',
      KEEP_SECONDS: 'x',
      SUPPRESSION_SSH_SUDO: 'yes',
    };
    expect(faults(env)).toEqual(
      expect.arrayContaining(['ALERTMANAGER_URL', 'KEEP_SECONDS', 'LEASE_MINUTES', 'SUPPRESSION_SSH_SUDO']),
    );
  });
});
