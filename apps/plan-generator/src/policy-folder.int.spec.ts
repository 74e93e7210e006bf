import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PolicyFolder, type PolicyLookup } from './policy-folder';

const STANDARD = 'name: standard\ntiers: [web, app, db]\npatch: { debian: apt }\n';

describe('the policy folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'patchtide-policies-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  };
  const find = (name: string): Promise<PolicyLookup> => new PolicyFolder(folder).find(name);
  const faultsOf = (lookup: PolicyLookup) => (lookup.ok ? [] : lookup.faults);

  it('finds a policy by the name inside its file, in YAML and JSON', async () => {
    const quick = { name: 'quick', tiers: ['app'], patch: { debian: 'apt' } };
    await write({ 'a.yaml': STANDARD, 'b.json': JSON.stringify(quick), 'notes.txt': 'name: quick' });
    expect(await find('standard')).toMatchObject({ ok: true, policy: { tiers: ['web', 'app', 'db'] } });
    expect(await find('quick')).toEqual({ ok: true, policy: quick });
  });

  it('takes a changed file into account at the next look', async () => {
    await write({ 'a.yaml': STANDARD });
    await find('standard');
    await write({ 'a.yaml': STANDARD.replace('web, app, db', 'app, db') });
    expect(await find('standard')).toMatchObject({ policy: { tiers: ['app', 'db'] } });
  });

  it('names the policies it knows when it does not know one', async () => {
    await write({ 'a.yaml': STANDARD, 'b.yaml': STANDARD.replace('standard', 'gentle') });
    expect(faultsOf(await find('harsh'))).toEqual([
      { path: '/policy', message: 'there is no policy "harsh"', remedy: 'Known policies: standard, gentle.' },
    ]);
  });

  it('tells also what is wrong with files it cannot read: the wanted one may be among them', async () => {
    await write({ 'a.yaml': STANDARD, 'broken.yaml': 'name: harsh\ntiers: [web\n' });
    const faults = faultsOf(await find('harsh'));
    expect(faults[0]?.message).toBe('there is no policy "harsh"');
    expect(faults[1]).toMatchObject({
      file: join(folder, 'broken.yaml'),
      line: expect.any(Number) as number,
    });
  });

  it('does not mind a broken file while another one is asked for', async () => {
    await write({ 'a.yaml': STANDARD, 'broken.yaml': 'tiers: [' });
    expect((await find('standard')).ok).toBe(true);
  });

  it('puts the calendars beside a policy in the places of their names', async () => {
    const ics =
      'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261224\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';
    await write({
      'a.yaml': `${STANDARD}freezes: [ { name: Year end, file: year-end.ics } ]\n`,
      'year-end.ics': ics,
    });
    expect(await find('standard')).toMatchObject({
      ok: true,
      policy: { freezes: [{ name: 'Year end', ics }] },
    });
  });

  it('tells which calendar is missing, and reads none outside its folder', async () => {
    await write({ 'a.yaml': `${STANDARD}freezes:\n  - { name: Year end, file: year-end.ics }\n` });
    expect(faultsOf(await find('standard'))).toEqual([
      expect.objectContaining({ path: '/freezes/0/file', message: 'year-end.ics does not exist', line: 5 }),
    ]);
    await write({ 'a.yaml': `${STANDARD}freezes: [ { name: Year end, file: ../year-end.ics } ]\n` });
    const [fault] = faultsOf(await find('standard'));
    expect(fault).toMatchObject({
      path: '/freezes/0/file',
      remedy: expect.stringContaining('without a folder'),
    });
  });

  it('tells every fault of a policy with its line', async () => {
    await write({
      'a.yaml': 'name: standard\ntiers: []\npatch: { debian: dpkg }\nlimits: { campaign: -1 }\n',
    });
    const faults = faultsOf(await find('standard'));
    expect(faults.map(({ path, line }) => [path, line])).toEqual(
      expect.arrayContaining([
        ['/tiers', 2],
        ['/patch/debian', 3],
        ['/limits/campaign', 4],
      ]),
    );
  });

  it('does not choose between two policies of one name', async () => {
    await write({ 'a.yaml': STANDARD, 'b.yaml': STANDARD });
    const [fault] = faultsOf(await find('standard'));
    expect(fault?.message).toContain(`${join(folder, 'a.yaml')}, ${join(folder, 'b.yaml')}`);
  });

  it('says so when there is no such folder, or nothing in it', async () => {
    expect(faultsOf(await find('standard'))[0]?.remedy).toContain('Put the policy');
    await rm(folder, { recursive: true });
    expect(faultsOf(await find('standard'))[0]?.message).toContain('cannot be read');
  });
});
