import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareWithAnsible } from './compare';
import type { Run } from './table';

it('does every task of every host with the whole system, measures it, and cleans up', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'patchtide-compare-'));
  const json = join(folder, 'figures.json');
  try {
    const code = await compareWithAnsible(['--hosts', '3', '--only', 'patchtide', '--json', json]);
    expect(code).toBe(0);
    const { runs } = JSON.parse(await readFile(json, 'utf8')) as { runs: Run[] };
    expect(runs).toMatchObject([{ way: 'patchtide', hosts: 3, tasks: 18 }]);
    for (const figure of [runs[0]?.seconds, runs[0]?.targetCpu, runs[0]?.peakMb]) {
      expect(figure).toBeGreaterThan(0);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);
