import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBase, sweepBases } from './base';
import { describeRealFleet } from './describe-real-fleet';

const DAY_MS = 24 * 3_600_000;

describeRealFleet('the cache of bases', () => {
  let cache: string;
  const before = process.env.PATCHTIDE_REAL_FLEET_CACHE;
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'patchtide-bases-'));
    process.env.PATCHTIDE_REAL_FLEET_CACHE = cache;
  });
  afterEach(async () => {
    if (before === undefined) delete process.env.PATCHTIDE_REAL_FLEET_CACHE;
    else process.env.PATCHTIDE_REAL_FLEET_CACHE = before;
    await rm(cache, { recursive: true });
  });

  const folder = async (name: string, daysAgo = 0): Promise<void> => {
    const path = join(cache, name);
    await mkdir(path);
    const at = new Date(Date.now() - daysAgo * DAY_MS);
    await utimes(path, at, at);
  };

  it('keeps the two that were used last, and all of today', async () => {
    await folder('base-old', 30);
    await folder('base-older', 40);
    await folder('base-oldest', 50);
    await sweepBases();
    expect(await readdir(cache)).toEqual(['base-old', 'base-older', 'lock']);
    await folder('base-one');
    await folder('base-two');
    await folder('base-three');
    await sweepBases();
    expect(await readdir(cache)).toEqual(['base-one', 'base-three', 'base-two', 'lock']);
  });

  it('has nothing left of a build that was given up', async () => {
    const giveUp = new AbortController();
    const progress = (line: string): void => {
      if (line.startsWith('  ')) giveUp.abort(new Error('enough'));
    };
    await expect(ensureBase(progress, giveUp.signal)).rejects.toThrow('enough');
    expect(await readdir(cache)).toEqual(['lock']);
  });
});
