import { loadConfig } from '@patchtide/service-kit';
import { ImportConfig } from './config';

const base = { DATABASE_URL: 'postgresql://localhost/patchtide' };
const load = (source: string) => loadConfig(ImportConfig, { ...base, CMDB_SOURCE: source });

describe('the source of landscapes', () => {
  it('is a path or an http(s) URL, or none', () => {
    for (const source of [
      '/srv/estate.yaml',
      'https://cmdb.example.org',
      'http://cmdb.example.org:8080/v1?site=a@b',
    ]) {
      expect(load(source).CMDB_SOURCE).toBe(source);
    }
    expect(loadConfig(ImportConfig, base).CMDB_SOURCE).toBeUndefined();
  });

  it('is refused where it holds a password, or nobody could read it, with what to write instead', () => {
    for (const source of [
      'https://reader:secret@cmdb.example.org/',
      'ftp://cmdb.example.org',
      'estate.yaml',
      'https://',
    ]) {
      expect(() => load(source)).toThrow(/CMDB_TOKEN/);
      expect(() => load(source)).not.toThrow(/secret/);
    }
  });
});
