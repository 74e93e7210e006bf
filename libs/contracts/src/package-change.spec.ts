import { MAX_PACKAGES } from './package-change';
import { parseEvent } from './registry';

const at = '2026-11-29T22:00:00Z';
const nginx = { name: 'nginx', from: '1.22.1-9', to: '1.22.1-9+deb12u1' };
const succeeded = (more: object = {}) =>
  parseEvent('campaign', 'JobSucceeded', { job: 'patch-srv-1', attempt: 1, summary: '', at, ...more });
const failed = (more: object = {}) => {
  const end = { job: 'patch-srv-1', attempt: 1, outcome: 'failed', summary: '', outputTail: '', at };
  return parseEvent('campaign', 'JobFailed', { ...end, ...more });
};
const pathsOf = (parsed: ReturnType<typeof succeeded>) =>
  parsed.ok ? [] : [...new Set(parsed.faults.map(({ path }) => path))];

describe('the packages of an attempt', () => {
  it('stand in its end, whether it went well or not', () => {
    const packages = [
      nginx,
      { name: 'libnew1', from: null, to: '1.0' },
      { name: 'old', from: '2', to: null },
    ];
    expect(succeeded({ packages })).toMatchObject({ ok: true, value: { data: { packages } } });
    expect(failed({ packages, facts: { 'half-configured': 'nginx' } })).toMatchObject({ ok: true });
  });

  it('are missing in events that were recorded before there were any, which are read as ever', () => {
    expect([pathsOf(succeeded()), pathsOf(failed())]).toEqual([[], []]);
  });

  it('each say both versions, and null where there is none', () => {
    expect(pathsOf(succeeded({ packages: [{ name: 'nginx', to: '1' }] }))).toEqual(['/packages/0/from']);
    expect(pathsOf(succeeded({ packages: [{ ...nginx, to: 7 }] }))).toEqual(['/packages/0/to']);
    expect(pathsOf(succeeded({ packages: [{ ...nginx, arch: 'all' }] }))).toEqual(['/packages/0/arch']);
    expect(pathsOf(succeeded({ packages: null }))).toEqual(['/packages']);
  });

  it(`are at most ${MAX_PACKAGES}, because events travel`, () => {
    const many = (count: number) => Array.from({ length: count }, () => nginx);
    expect(pathsOf(succeeded({ packages: many(MAX_PACKAGES) }))).toEqual([]);
    expect(pathsOf(succeeded({ packages: many(MAX_PACKAGES + 1) }))).toEqual(['/packages']);
  });
});
