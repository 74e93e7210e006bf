import { judge, type Examination, type Finding } from '@patchtide/domain';
import { painter } from '../terminal/style';
import { describeReport } from './doctor-report';

const look = { paint: painter(false), width: 60 };
const seen = (id: string, ...findings: Finding[]): Examination => ({
  server: { id, name: `${id}-web`, address: '10.0.0.1' },
  findings,
  bootId: `boot-${id}`,
  clock: null,
});
const full = (left: number): Finding => ({ code: 'disk-full', sentence: `/var has ${left} MiB left` });

function report(examinations: Examination[], leftOut: { server: string; reason: string }[] = []): string {
  const servers = judge(examinations);
  const isFit = servers.every((server) => server.isFit);
  return describeReport({ isFit, examinedAt: '2026-11-24T09:00:00.000Z', servers, leftOut }, look);
}

it('groups by finding, faults first, each with its hosts and one remedy', () => {
  const text = report([
    seen('a', full(12), { code: 'lock-held', sentence: 'apt (7) has been working' }),
    seen('b', full(900)),
    seen('c'),
  ]);
  expect(text.split('\n')).toEqual([
    '3 hosts examined: 2 not fit for the night.',
    '',
    'FAULT  no space: 2 hosts  (disk-full)',
    '  a  a-web  /var has 12 MiB left',
    '  b  b-web  /var has 900 MiB left',
    expect.stringMatching(/^ {2}Remedy: Remove old kernels/),
    '',
    'WARNING  package manager in use now: 1 host  (lock-held)',
    '  a  a-web  apt (7) has been working',
    expect.stringMatching(/^ {2}Remedy: Wait/),
  ]);
});

it('says in one line that all is well', () => {
  expect(report([seen('a'), seen('b')])).toBe('2 hosts examined: all fit for the night.');
});

it('tells warnings from faults, and who was left out and why', () => {
  const text = report(
    [seen('a', { code: 'disk-low', sentence: '/ has 900 MiB left' })],
    [{ server: 'win-1', reason: 'hosts without sh cannot be asked yet' }],
  );
  expect(text).toMatch(/^1 host examined: all fit for the night, 1 fit with warnings, 1 left out\.\n/);
  expect(text).toMatch(/\n\nLeft out:\n {2}win-1 {2}hosts without sh cannot be asked yet$/);
});

it('never cuts a sentence: it is what somebody has to act on', () => {
  const sentence = 'packages are not whole: '.concat('linux-image-6.1.0-26-amd64, '.repeat(6));
  expect(report([seen('a', { code: 'half-configured', sentence })])).toContain(sentence.trim());
});
