import { complianceReport, server } from '../testing/compliance';
import { compliancePage } from './compliance-page';

const skipped = server('srv-2', {
  ...{
    result: 'skipped',
    by: 'k.lindner',
    reason: 'the vendor forbids it',
    packages: [],
    isCompliant: false,
  },
  reboot: { ...server('srv-2').reboot, result: 'skipped', isDue: true, bootIdAfter: null, by: 'k.lindner' },
});
/** What a reader sees, without the page around it. */
const words = (page: string) =>
  page
    .replace(/<style>[^]*<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the compliance report as a page', () => {
  const page = compliancePage(complianceReport(server('srv-1'), skipped));

  it('says what it is about, how it ended, and what it rests on', () => {
    const text = words(page);
    expect(text).toContain('CHG-1: November patches');
    expect(text).toContain('Approved by k.lindner, 24 Nov 2026, 10:12:00');
    expect(text).toContain('Ended 30 Nov 2026, 00:10:00, completed');
    expect(text).toContain('patchtide audit export CHG-1');
  });

  it('tells of each server the result, the reason and who decided', () => {
    const text = words(page);
    expect(text).toContain('1 of 2 servers compliant: 1 patched, 1 skipped');
    expect(text).toContain('k.lindner: the vendor forbids it');
    expect(text).toContain('skipped, DUE');
    expect(text).toContain('boot id boot-1 → boot-2');
    expect(text).toContain('nginx 1.22.1-9 1.22.1-9+deb12u1');
  });

  it('lists who decided what, and why, and no list where everything went as planned', () => {
    expect(words(page)).toContain('srv-2 skipped k.lindner the vendor forbids it');
    expect(words(compliancePage(complianceReport(server('srv-1'))))).not.toContain('Deviations');
  });

  it('explains the words that it uses, and no others', () => {
    expect(words(page)).toContain('skipped a named person decided against it');
    expect(words(page)).not.toContain('given up by rule');
  });

  it('shows data as data', () => {
    const evil = `<script>alert("1")</script>'&`;
    const packages = [{ name: evil, from: evil, to: evil }];
    const hostile = compliancePage({
      ...complianceReport(server(evil, { reason: evil, notes: { held: evil }, packages, owner: evil })),
      ...{ title: evil, requestedBy: evil },
    });
    expect(hostile).not.toContain('<script');
    expect(hostile).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;');
  });

  it('needs nothing but itself: no script, nothing fetched', () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\burl\(|@import|https?:|\son\w+=/);
  });

  it('stands also for a campaign without servers, and without an end', () => {
    const empty = compliancePage({ ...complianceReport(), closedAt: null, outcome: null, startedAt: null });
    expect(words(empty)).toContain('Started not started');
    expect(words(empty)).toContain('0 of 0 servers compliant: none in scope');
    expect(empty).not.toContain('<h2>Packages</h2>');
  });
});
