import type { HostFacts } from '@patchtide/connectors/remote-shell';
import { inWords, patchInWords, reportedFacts } from './changes';

const change = (from: string | null, to: string | null, name = 'nginx') => ({ name, from, to });
const facts = (packages: HostFacts['packages'], notes: HostFacts['notes'] = {}): HostFacts => ({
  packages,
  notes,
});

describe('what changed, in words', () => {
  it('counts what was updated, installed and removed', () => {
    expect(inWords(facts([]))).toBe('');
    expect(inWords(facts([change(null, '1')]))).toBe('1 package installed');
    expect(inWords(facts([change('1', '2'), change('1', '2'), change('1', null)]))).toBe(
      '2 packages updated, 1 removed',
    );
  });

  it('names what an operator must know of a patch that went well', () => {
    const notes = { 'reboot-needed': 'linux-image-6.1', held: 'postgresql-15', 'kept-back': 'libfoo' };
    expect(patchInWords(facts([change('1', '2')], notes))).toBe(
      '1 package updated, reboot needed; held: postgresql-15; kept back: libfoo.',
    );
    expect(patchInWords(facts([], { 'reboot-needed': 'no' }))).toBe('No package had to change.');
  });
});

describe('what a report carries of it', () => {
  it('is what the host stated', () => {
    const packages = [change('1', '2')];
    expect(reportedFacts(facts(packages, { held: 'a' }))).toEqual({ packages, facts: { held: 'a' } });
  });

  it('leaves out what there is none of', () => {
    expect(reportedFacts(facts([]))).toEqual({});
  });

  it('fits one message however long the list is, and says how many are missing', () => {
    const many = Array.from({ length: 2_000 }, () => change('1'.repeat(200), '2'.repeat(200)));
    const { packages = [], facts: said } = reportedFacts(facts(many, { 'facts-cut': '7' }));
    expect(JSON.stringify(packages).length).toBeLessThan(360_000);
    expect(packages.length + Number(said?.['facts-cut'])).toBe(2_007);
  });

  it('has no name that every object inherits, and no more notes than fit', () => {
    const notes = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`note-${n}`, 'x']));
    const said = reportedFacts(facts([], { constructor: 'x', ...notes })).facts;
    expect(Object.keys(said ?? {})).not.toContain('constructor');
    expect(Object.keys(said ?? {}).length).toBeLessThanOrEqual(100);
  });
});
