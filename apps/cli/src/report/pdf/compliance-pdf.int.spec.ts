import type { ComplianceReport } from '@patchtide/domain';
import { ensureDebianPackage } from '@patchtide/embedded';
import { complianceReport, server } from '../../testing/compliance';
import { pagesOf } from '../../testing/pdf-text';
import { compliancePdf } from './compliance-pdf';

const bytesOf = async (report: ComplianceReport): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of compliancePdf(report)) parts.push(part);
  return Buffer.concat(parts);
};
const words = (pages: readonly string[]) => pages.join(' ').replace(/\s+/g, ' ');
const packages = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    name: `lib-${i}`,
    from: '1.22.1-9',
    to: `1.22.1-9+deb12u${i}`,
  }));
const servers = (count: number, changes: number) =>
  Array.from({ length: count }, (_, i) => server(`srv-${i}`, { packages: packages(changes) }));
const skipped = server('srv-2', {
  ...{ result: 'skipped', by: 'k.lindner', reason: 'the vendor forbids it', packages: [] },
  ...{ isCompliant: false, notes: { held: 'curl is on hold' } },
  reboot: { ...server('srv-2').reboot, result: 'skipped', isDue: true, bootIdAfter: null, by: 'm.weber' },
});

describe('the compliance report as a PDF', () => {
  let pdftotext: string;
  const read = async (report: ComplianceReport) => pagesOf(await bytesOf(report), pdftotext);
  beforeAll(async () => {
    pdftotext = await ensureDebianPackage('pdftotext', 'poppler-utils');
  }, 600_000);

  it('says what the page says: what it is about, each server, who decided what and why, packages, and the proof', async () => {
    const text = words(await read(complianceReport(server('srv-1'), skipped)));
    for (const part of [
      ...['CHG-1: November patches', 'Window 29 Nov 2026, 22:00:00 to 30 Nov 2026, 02:00:00'],
      ...['Approved by k.lindner, 24 Nov 2026, 10:12:00', 'Ended 30 Nov 2026, 00:10:00, completed'],
      ...[
        '1 of 2 servers compliant: 1 patched, 1 skipped',
        'boot id boot-1 -> boot-2',
        'held: curl is on hold',
      ],
      ...['srv-2 skipped k.lindner the vendor forbids it', 'srv-2 reboot skipped, DUE m.weber'],
      ...['nginx 1.22.1-9 1.22.1-9+deb12u1', 'skipped a named person decided against it'],
      ...['patchtide audit verify CHG-1.json', `plan sha256:${'a'.repeat(64)}`],
    ])
      expect(text).toContain(part);
  });

  it('numbers its pages, and names the columns again on each', async () => {
    const pages = await read(complianceReport(...servers(30, 40)));
    expect(pages.length).toBeGreaterThan(30);
    pages.forEach((page, i) => expect(page).toContain(`Page ${i + 1} of ${pages.length}`));
    const ofServers = pages.filter((page) => /^ *srv-\d+ +patched/m.test(page));
    expect(ofServers.length).toBeGreaterThan(2);
    for (const page of ofServers) expect(page).toMatch(/Server +Result +When +Reboot +Packages +Why/);
    const ofPackages = pages.filter((page) => page.includes('lib-39'));
    for (const page of ofPackages) expect(page).toMatch(/srv-\d+, continued\n[^]*Package +From +To/);
    expect(words(pages).match(/lib-\d+ 1\.22/g)).toHaveLength(30 * 40);
  });

  it('is the same, byte for byte, for the same report, and bears the date of the campaign’s end', async () => {
    const report = complianceReport(server('srv-1'), skipped);
    const [first, second] = [await bytesOf(report), await bytesOf(structuredClone(report))];
    expect(first.equals(second)).toBe(true);
    expect(first.toString('latin1')).toContain('/CreationDate');
    expect(first.toString('latin1').match(/\(D:[^)]*\)/g)).toEqual(['(D:20261129231000Z)']);
    const open = await bytesOf({
      ...report,
      closedAt: null,
      outcome: null,
      asOf: '2026-11-29T22:30:00.000Z',
    });
    expect(open.toString('latin1')).toContain('(D:20261129223000Z)');
  });

  it('shows data as data: what a font lacks as its code, whatever its length on the page', async () => {
    const evil = ') Tj ET /Evil <script>&(\\';
    const strange = server('漢字', {
      ...{ owner: `x\u001b[2J\u202e`, reason: evil, notes: { held: 'y'.repeat(20_000) } },
      packages: [{ name: 'Łib', from: null, to: null }],
    });
    const bytes = await bytesOf({ ...complianceReport(strange), title: evil, requestedBy: 'Zoë' });
    const pages = await pagesOf(bytes, pdftotext);
    const text = words(pages);
    expect(text).toContain(`CHG-1: ${evil}`);
    expect(text).toContain('[U+6F22][U+5B57]');
    expect(text).toContain('x[U+001B][2J[U+202E]');
    expect(text).toContain('[U+0141]ib not installed removed');
    expect(text).toContain('Requested by Zoë');
    expect(text.match(/y/g)?.length).toBeGreaterThanOrEqual(20_000);
    expect(pages.length).toBeLessThan(15);
    const source = bytes.toString('latin1');
    expect(source).toContain(String.raw`\) Tj ET /Evil <script>&\(\\)`);
    expect(/\/JavaScript|\/URI|rdf:/.test(source)).toBe(false);
  });

  it('stands also for a campaign without servers, and without an end', async () => {
    const empty = { ...complianceReport(), closedAt: null, outcome: null, startedAt: null };
    const pages = await read(empty);
    expect(pages).toHaveLength(1);
    expect(words(pages)).toContain('0 of 0 servers compliant: none in scope');
    expect(words(pages)).not.toMatch(/Deviations|Packages/);
  });

  it('is made for 200 servers of 60 packages in seconds', async () => {
    const report = complianceReport(...servers(200, 60));
    const before = process.cpuUsage();
    const bytes = await bytesOf(report);
    const { user, system } = process.cpuUsage(before);
    expect(bytes.length).toBeLessThan(3_000_000);
    expect((user + system) / 1_000_000).toBeLessThan(8);
  });
});
