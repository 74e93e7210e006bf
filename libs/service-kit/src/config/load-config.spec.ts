import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUrl, Max, Min, MinLength } from 'class-validator';
import { BusConfig } from './bus-config';
import { ConfigInvalid } from './config-invalid';
import { KitConfig } from './kit-config';
import { loadConfig, loadConfigs } from './load-config';

class Sample {
  @IsIn(['on', 'off']) DRY_RUN: 'on' | 'off' = 'on';
  @Type(() => Number) @IsInt() @Min(1) @Max(100) HANDS = 10;
  @IsString() @MinLength(12, { context: { remedy: 'Use at least 12 characters.' } }) DB_PASSWORD!: string;
  @IsOptional() @IsUrl({ require_tld: false }) CMDB_URL?: string;
}
const good = { DB_PASSWORD: 'a-long-password' };

function faultsOf(load: () => unknown): ConfigInvalid {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigInvalid) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}

describe('loadConfig', () => {
  it('gives defaults, converts only what the class says, and freezes', () => {
    const config = loadConfig(Sample, { ...good, HANDS: '12', UNRELATED: 'x' });
    expect(config).toEqual({ DRY_RUN: 'on', HANDS: 12, DB_PASSWORD: 'a-long-password' });
    expect(config).toBeInstanceOf(Sample);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('lists all faults at once, each with its variable and what to do, and shows no value', () => {
    const env = { DRY_RUN: 'false', HANDS: 'ten', DB_PASSWORD: 'hunter2', CMDB_URL: 'not a url' };
    const invalid = faultsOf(() => loadConfig(Sample, env));
    expect([...new Set(invalid.faults.map(({ variable }) => variable))]).toEqual(Object.keys(env));
    expect(invalid.message).toContain(
      'DB_PASSWORD must be longer than or equal to 12 characters. Use at least 12',
    );
    expect(invalid.message).toContain(
      'DRY_RUN must be one of the following values: on, off. Set DRY_RUN to one of',
    );
    expect(invalid.message).toContain('HANDS must be an integer number. Set HANDS to a whole number.');
    expect(invalid.message).not.toContain('hunter2');
  });

  it('takes the text "false" for no switch: neither on nor off', () => {
    expect(() => loadConfig(Sample, { ...good, DRY_RUN: 'false' })).toThrow(ConfigInvalid);
  });

  it('says once that a variable is not set, and takes an empty one for not set', () => {
    const { faults } = faultsOf(() => loadConfig(Sample, { DB_PASSWORD: '', HANDS: '' }));
    expect(faults).toEqual([
      { variable: 'DB_PASSWORD', message: 'is not set', remedy: 'Use at least 12 characters.' },
    ]);
  });

  it('reports the faults of several classes together', () => {
    const env = { PORT: '99999', LOG_LEVEL: 'loud', NATS_URL: 'localhost' };
    const invalid = faultsOf(() => loadConfigs({ kit: KitConfig, bus: BusConfig, own: Sample }, env));
    expect(invalid.faults.map(({ variable }) => variable)).toEqual([
      'PORT',
      'LOG_LEVEL',
      'NATS_URL',
      'DB_PASSWORD',
    ]);
  });

  describe('with a file', () => {
    const directory = mkdtempSync(join(tmpdir(), 'patchtide-config-'));
    afterAll(() => rmSync(directory, { recursive: true }));

    it('reads the value of NAME from the file that NAME_FILE names', () => {
      const file = join(directory, 'password');
      writeFileSync(file, 'from-a-secret-file\n');
      expect(loadConfig(Sample, { DB_PASSWORD_FILE: file }).DB_PASSWORD).toBe('from-a-secret-file');
      expect(loadConfig(Sample, { ...good, DB_PASSWORD_FILE: file }).DB_PASSWORD).toBe(good.DB_PASSWORD);
    });

    it('says which file cannot be read', () => {
      const { faults } = faultsOf(() => loadConfig(Sample, { DB_PASSWORD_FILE: join(directory, 'none') }));
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatchObject({
        variable: 'DB_PASSWORD_FILE',
        message: expect.stringContaining('ENOENT'),
      });
    });
  });
});
