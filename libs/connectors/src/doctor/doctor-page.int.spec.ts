import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FINDINGS } from '@patchtide/domain';
import { HOST_PROGRAM_FOLDER } from '../remote-shell';

const PAGE = join(__dirname, '..', '..', '..', '..', 'docs', 'doctor.md');
/** What is found from our side: how the login went, the clock, and servers beside each other. */
const FOUND_FROM_HERE = [
  ...['unreachable', 'unknown-name', 'bad-address', 'host-key-unknown', 'host-key-changed', 'login-refused'],
  ...['sudo-refused', 'no-shell', 'boot-id-shared', 'clock-off', 'clock-drift'],
];

it('docs/doctor.md has every finding with its meaning and remedy, and no other', () => {
  const rows = readFileSync(PAGE, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const expected = Object.entries(FINDINGS).map(([code, { level, means, remedy }]) => [
    `\`${code}\``,
    level,
    means,
    remedy,
  ]);
  expect(rows).toEqual(expected);
});

it('the host program finds what the table has, at the same level, and nothing else', () => {
  const files = ['doctor.sh', 'doctor-packages.sh'].map((name) => join(HOST_PROGRAM_FOLDER, name));
  const program = files.map((file) => readFileSync(file, 'utf8')).join('');
  const found = [...program.matchAll(/\bfinding (fault|warning) ([a-z-]+) /g)].map(([, level, code]) => [
    code,
    level,
  ]);
  const levels = Object.fromEntries(found) as Record<string, string>;
  const codes = Object.entries(FINDINGS).filter(([code]) => !FOUND_FROM_HERE.includes(code));
  expect(levels).toEqual(Object.fromEntries(codes.map(([code, { level }]) => [code, level])));
});
