import { formatFacts, type HostFacts, parseFacts } from './host-facts';

const facts: HostFacts = {
  packages: [
    { name: 'nginx', from: '1.22.1-9+deb12u1', to: '1.22.1-9+deb12u3' },
    { name: 'libfoo2', from: null, to: '2.0~rc1' },
    { name: 'libfoo1', from: '1:1.9-3', to: null },
  ],
  notes: { 'reboot-needed': 'a new kernel: 6.1.0-31', held: 'tzdata' },
};

describe('the facts of an attempt', () => {
  it('are read back as they were stated', () => {
    expect(parseFacts(formatFacts(facts))).toEqual(facts);
  });

  it('are one line each, behind a word that no output begins with', () => {
    expect(formatFacts({ packages: facts.packages.slice(1, 2), notes: { held: 'tzdata' } })).toBe(
      'patchtide-fact note held tzdata\npatchtide-fact package libfoo2 - 2.0~rc1\n',
    );
  });

  it('are found between the status line and what a login script says', () => {
    const stderr = `Welcome!\r\n${formatFacts(facts)}patchtide-status state=exited code=0 boot=b started-boot=b size=0\n`;
    expect(parseFacts(stderr)).toEqual(facts);
  });

  it.each([
    ['a line without the word before it', 'package nginx 1 2'],
    ['a line cut at its beginning', 'tide-fact package nginx 1 2'],
    ['a package without its versions', 'patchtide-fact package nginx 1'],
    ['a package with a space in a version', 'patchtide-fact package nginx 1 2 3'],
    ['a package that did not change', 'patchtide-fact package nginx 1 1'],
    ['a package that was never there', 'patchtide-fact package nginx - -'],
    ['a token in capitals', 'patchtide-fact note Held tzdata'],
    ['a note without text', 'patchtide-fact note held '],
    ['a note with a control character', 'patchtide-fact note held \u001b[2J'],
    ['a note that is too long', `patchtide-fact note held ${'x'.repeat(301)}`],
    ['an unknown kind of fact', 'patchtide-fact user root'],
  ])('do not include %s', (_, line) => {
    expect(parseFacts(`${line}\n`)).toEqual({ packages: [], notes: {} });
  });

  it('take the last of several notes with one token', () => {
    const stderr =
      formatFacts({ packages: [], notes: { held: 'a' } }) +
      formatFacts({ packages: [], notes: { held: 'b' } });
    expect(parseFacts(stderr).notes).toEqual({ held: 'b' });
  });

  it('may have a token that every object has', () => {
    expect(parseFacts('patchtide-fact note constructor x\n').notes).toEqual({ constructor: 'x' });
  });
});
