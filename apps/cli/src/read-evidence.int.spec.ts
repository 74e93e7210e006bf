import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failed } from './failures';
import { readEvidence } from './read-evidence';
import { evidencePack } from './testing/evidence';
import { verifyEvidence } from './verify-evidence';

describe('reading an evidence pack', () => {
  let directory: string;
  let file: string;
  let good: string;

  beforeAll(async () => (good = JSON.stringify(await evidencePack())));
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'patchtide-evidence-'));
    file = join(directory, 'pack');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  async function refusalOf(text: string): Promise<Failed> {
    writeFileSync(file, text);
    return readEvidence(file).then(
      () => Promise.reject(new Error('was read')),
      (error: Failed) => error,
    );
  }

  it('gives what was exported, whatever the file is called', async () => {
    writeFileSync(file, good);
    expect(verifyEvidence(await readEvidence(file)).faults).toEqual([]);
  });

  it('refuses a key that stands twice, because readers would see another value than the verified one', async () => {
    const forged = good.replace('"outcome":"completed"', '"outcome":"aborted","outcome":"completed"');
    expect(JSON.parse(forged)).toEqual(JSON.parse(good));
    const { message, faults } = await refusalOf(forged);
    expect(message).toBe(`${file} is not an evidence pack`);
    expect(faults).toMatchObject([{ file, line: 1, message: 'stands here twice' }]);
  });

  it.each([
    ['', 'is empty'],
    ['{"campaign":', 'is not valid JSON'],
    ['[]', 'is not an object'],
    ['{"campaign":7,"streams":{},"documents":{}}', 'is not a text'],
    ['{"campaign":"x","streams":[],"documents":{}}', 'is not an object'],
    ['{"campaign":"x","streams":{"a":{}},"documents":{}}', 'is not a list'],
    ['{"campaign":"x","streams":{"a":[null]},"documents":{}}', 'is not an event'],
    ['{"campaign":"x","streams":{},"documents":{"sha256:x":{}}}', 'is not a text'],
  ])('refuses %s and says why', async (text, why) => {
    const { faults, nextStep } = await refusalOf(text);
    expect(faults.map(({ message }) => message).join()).toContain(why);
    expect(nextStep).toContain('audit export');
  });

  it('says which file cannot be read', async () => {
    await expect(readEvidence(join(directory, 'nope'))).rejects.toMatchObject({
      faults: [{ message: 'nope does not exist' }],
    });
  });
});
