import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST_PROGRAM_FOLDER } from './runner-script';

const NARROW = `Dependencies resolved.
================================================================================
 Package          Arch   Version                      Repository           Size
================================================================================
Installing:
 kernel-core      x86_64 5.14.0-427.13.1.el9_4        baseos               19 M
Upgrading:
 NetworkManager-config-connectivity
                  noarch 1:1.46.0-4.el9_4             baseos               10 k
 glibc            i686   2.34-100.el9_4.2             baseos              2.0 M
 crm-ng           noarch 2-1                          crm                  5 k
     replacing  crm.noarch 1-1
Removing dependent packages:
 old-tool         x86_64 1.0-1                        @appstream           12 k
Skipping packages with broken dependencies:
 needy            noarch 2-1                          crm                  5 k

Transaction Summary
================================================================================
Install  1 Package
`;
const DNF5 = `Package        Arch   Version      Repository      Size
Upgrading:
 alpha         noarch 0:2-1        updates      5.4 KiB
   replacing alpha noarch 0:1-1    updates      5.4 KiB
Installing dependencies:
 libs          x86_64 7-1.fc42     updates      1.0 MiB

Transaction Summary:
 Upgrading:         1 package
 Installing:        1 package
`;

/** What the host program reads in a table, as `<+|-|?> <name> <architecture> <version>`. */
function rowsOf(table: string): string[] {
  const home = mkdtempSync(join(tmpdir(), 'patchtide-table-'));
  writeFileSync(join(home, 'simulation'), table);
  const read = '. "$1" && work=$2 && dnf_rows';
  const { stdout } = spawnSync('sh', ['-c', read, 'read', join(HOST_PROGRAM_FOLDER, 'patch-dnf.sh'), home]);
  rmSync(home, { recursive: true });
  return stdout.toString().split('\n').filter(Boolean);
}

describe('the table in which dnf says what it would do', () => {
  it('is read where rows go on in the next line', () => {
    expect(rowsOf(NARROW)).toEqual([
      '+ kernel-core x86_64 5.14.0-427.13.1.el9_4',
      '+ NetworkManager-config-connectivity noarch 1:1.46.0-4.el9_4',
      '+ glibc i686 2.34-100.el9_4.2',
      '+ crm-ng noarch 2-1',
      '- old-tool x86_64 1.0-1',
      '? needy noarch 2-1',
    ]);
  });

  it('is read as dnf 5 writes it', () => {
    expect(rowsOf(DNF5)).toEqual(['+ alpha noarch 0:2-1', '+ libs x86_64 7-1.fc42']);
  });

  it('has no rows when there is nothing to do', () => {
    expect(rowsOf('Dependencies resolved.\nNothing to do.\nComplete!\n')).toEqual([]);
  });
});
