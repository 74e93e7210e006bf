import { parseAnswer } from './answer';

const BOOT = '60dfb8c4-b94e-491a-bfc0-1a5efc533e87';
const answer = (stdout: string, stderr = '', exitCode = 0) => parseAnswer({ stdout, stderr, exitCode });

it('reads findings and the boot id, whatever a login shell prints around them', () => {
  const stdout = [
    'Welcome to crm-db-01!',
    `doctor begins boot=${BOOT}`,
    'fault unit-missing: there is no unit crm.service',
    'warning disk-low: / has 900 MiB left, 1024 would be safe',
    'doctor ends faults=1 warnings=1',
    'patchtide: not fit for the night: there is no unit crm.service',
  ].join('\n');
  expect(answer(stdout, '', 1)).toEqual({
    hasBegun: true,
    bootId: BOOT,
    findings: [
      { code: 'unit-missing', sentence: 'there is no unit crm.service' },
      { code: 'disk-low', sentence: '/ has 900 MiB left, 1024 would be safe' },
    ],
  });
});

it('does not take a check that ended half-way for a good one', () => {
  const { findings } = answer(`doctor begins boot=${BOOT}\n`, 'sh: 1: Out of memory\n', 137);
  expect(findings).toEqual([
    { code: 'cannot-tell', sentence: 'the check ended half-way with exit code 137: sh: 1: Out of memory' },
  ]);
});

it('does not lose a finding that it does not know', () => {
  const { findings } = answer(
    `doctor begins boot=${BOOT}\nfault moon-full: it howls\ndoctor ends faults=1 warnings=0`,
  );
  expect(findings).toEqual([{ code: 'cannot-tell', sentence: 'moon-full: it howls' }]);
});

it('has no boot id where the host could not read it', () => {
  expect(answer('doctor begins boot=unknown\ndoctor ends faults=0 warnings=0\n').bootId).toBeNull();
});

it.each([
  ['sudo: a password is required\n', 1],
  ['sudo: sorry, you must have a tty to run sudo\n', 1],
  ['sh: 1: sudo: not found\n', 127],
  ['bash: line 1: sudo: command not found\n', 127],
])('calls it sudo when sudo did not let it begin: %s', (stderr, exitCode) => {
  expect(answer('', stderr, exitCode)).toMatchObject({
    hasBegun: false,
    findings: [{ code: 'sudo-refused', sentence: stderr.trim() }],
  });
});

it.each([
  ['This account is currently not available.\n', '', 1],
  ['', 'bash: line 1: sh: command not found\n', 127],
])('calls it the shell when nothing else explains that it did not begin', (stdout, stderr, exitCode) => {
  const { hasBegun, findings } = answer(stdout, stderr, exitCode);
  expect([hasBegun, findings[0]?.code]).toEqual([false, 'no-shell']);
  expect(findings[0]?.sentence).toBe(`sh ended with exit code ${exitCode}: ${(stdout + stderr).trim()}`);
});
