import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../run';
import { complianceReport, server } from '../testing/compliance';
import { FakeApi } from '../testing/fake-api';
import { FakeTerminal } from '../testing/fake-terminal';
import { patchtide } from '../testing/patchtide';

describe('patchtide report compliance', () => {
  let api: FakeApi;
  let home: string;
  const report = complianceReport(server('srv-1', { name: '=srv\u001b[2J' }));
  const ask = (...args: string[]) =>
    patchtide(['report', 'compliance', ...args], { PATCHTIDE_URL: api.url, PATCHTIDE_TOKEN: 'x' });

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'patchtide-report-'));
    api = await FakeApi.start();
    api.on('GET /campaigns/CHG-1/compliance', { json: report });
    const detail = 'there is no campaign "CHG-2"';
    api.on('GET /campaigns/CHG-2/compliance', { status: 404, json: { detail, code: 'unknown-campaign' } });
  });
  afterAll(async () => {
    await api.stop();
    rmSync(home, { recursive: true });
  });

  it('prints it for people, and what hosts and people said cannot drive the terminal', async () => {
    const { code, stdout, stderr } = await ask('CHG-1');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('1 of 1 server compliant');
    expect(stdout).not.toContain('\u001b[2J');
  });

  it.each([[['--json']], [['--format', 'json']]])('prints it as data with %j', async (args) => {
    expect(JSON.parse((await ask('CHG-1', ...args)).stdout)).toEqual(report);
  });

  it('prints a table that no spreadsheet takes for formulas', async () => {
    const { stdout } = await ask('CHG-1', '--format', 'csv');
    expect(stdout.split('\r\n')[1]).toMatch(/^CHG-1,srv-1,'=srv/);
    expect(stdout.split('\r\n').at(-1)).toBe('');
  });

  it.each([
    ['report.html', /^<!doctype html>/],
    ['report.csv', /^campaign,server,/],
    ['report.json', /^\{\n {2}"campaign": "CHG-1"/],
    ['report.pdf', /^%PDF-1/],
    ['report.txt', /^CHG-1 {2}November patches\n/],
  ])('writes what the name of the file says: %s', async (name, start) => {
    const file = join(home, name);
    const { code, stdout } = await ask('CHG-1', '--output', file);
    expect([code, stdout]).toEqual([0, `Written to ${file}.\n`]);
    expect(readFileSync(file, 'utf8')).toMatch(start);
  });

  it('writes the format that is asked for, whatever the name, and says so as data', async () => {
    const file = join(home, 'other');
    const { stdout } = await ask('CHG-1', '--output', file, '--format', 'csv', '--json');
    expect(JSON.parse(stdout)).toEqual({ file, campaign: 'CHG-1', format: 'csv' });
    expect(readFileSync(file, 'utf8')).toMatch(/^campaign,/);
  });

  it('prints a document into a pipe, and none on a terminal', async () => {
    const { code, stdout } = await ask('CHG-1', '--format', 'pdf');
    expect([code, stdout.slice(0, 5), stdout.slice(-6)]).toEqual([0, '%PDF-', '%%EOF\n']);
    const [screen, stderr] = [new FakeTerminal(true), new FakeTerminal(false)];
    const args = ['node', 'patchtide', 'report', 'compliance', 'CHG-1', '--format', 'pdf'];
    expect(await run(args, { PATCHTIDE_URL: api.url }, { stdout: screen, stderr })).toBe(1);
    expect([screen.written, stderr.written]).toEqual(['', expect.stringContaining('--output')]);
  });

  it('never replaces a file', async () => {
    const file = join(home, 'kept.html');
    writeFileSync(file, 'precious');
    const { code, stderr } = await ask('CHG-1', '--output', file);
    expect([code, readFileSync(file, 'utf8')]).toEqual([1, 'precious']);
    expect(stderr).toContain('exists already');
  });

  it('says where it can write instead, what is unknown, and what a format is', async () => {
    expect((await ask('CHG-1', '--output', join(home, 'no', 'where.html'))).stderr).toContain('--output');
    expect(await ask('CHG-2')).toMatchObject({ code: 1, stderr: expect.stringContaining('CHG-2') as string });
    expect(await ask('CHG-1', '--format', 'docx')).toMatchObject({ code: 2 });
  });
});
