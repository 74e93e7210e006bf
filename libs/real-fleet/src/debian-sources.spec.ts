import { debLines } from './debian-sources';

describe('the package sources of the base', () => {
  it('are the main archives of Debian that this machine uses', () => {
    const targets = [
      'Debian|http://mirror.example/debian/|bookworm|main',
      'Debian|http://mirror.example/debian/|bookworm|contrib',
      'Debian|http://mirror.example/debian/|bookworm-updates|main',
      'Debian|http://mirror.example/debian-security/|bookworm-security|main',
      'Debian Backports|http://mirror.example/debian/|bookworm-backports|main',
      'Debian|http://mirror.example/debian/|bookworm-proposed-updates|main',
      'Some Vendor|http://vendor.example/apt/|bookworm|main',
      '',
    ];
    expect(debLines(targets.join('\n'))).toEqual([
      'deb http://mirror.example/debian/ bookworm main',
      'deb http://mirror.example/debian/ bookworm-updates main',
      'deb http://mirror.example/debian-security/ bookworm-security main',
    ]);
  });

  it('are those of Debian 12 also on a machine with another release', () => {
    expect(debLines('Debian|http://mirror.example/debian/|trixie|main')).toEqual([
      'deb http://mirror.example/debian/ bookworm main',
    ]);
  });
});
