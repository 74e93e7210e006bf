import { painter } from '../terminal/style';
import { complianceReport, server } from '../testing/compliance';
import { complianceText } from './compliance-text';

const look = { paint: painter(false), width: undefined };

it('has one line per server, and one per change that servers have in common', () => {
  const failed = server('srv-3', {
    result: 'failed',
    reason: 'No space left.',
    packages: [],
    isCompliant: false,
  });
  const text = complianceText(complianceReport(server('srv-1'), server('srv-2'), failed), look);
  expect(text).toContain('2 of 3 servers compliant: 2 patched, 1 failed');
  expect(text).toMatch(/^srv-1 +debian-12 +patched +29 Nov 2026, 22:40:00 +rebooted +1 +1 package updated/m);
  expect(text).toMatch(/^srv-3 .*failed .*No space left\.$/m);
  expect(text).toMatch(/^nginx +1\.22\.1-9 +1\.22\.1-9\+deb12u1 +2$/m);
});

it('says of what was not installed before, or is not any more, that it was not', () => {
  const packages = [
    { name: 'new', from: null, to: '1' },
    { name: 'old', from: '1', to: null },
  ];
  const text = complianceText(complianceReport(server('srv-1', { packages })), look);
  expect(text).toMatch(/^new +not installed +1 +1$/m);
  expect(text).toMatch(/^old +1 +removed +1$/m);
});

it('names who decided, and what the host noted', () => {
  const one = server('srv-1', {
    result: 'by-hand',
    by: 'k.lindner',
    reason: 'console',
    notes: { held: 'libfoo' },
  });
  expect(complianceText(complianceReport(one), look)).toContain('k.lindner: console; held: libfoo');
});
