import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkShape, MOMENTS, type Policy } from '@patchtide/contracts';
import { checkPolicy } from '@patchtide/domain';
import { parse } from 'yaml';

const PAGE = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'policy.md'), 'utf8');
const SMALLEST: Policy = { name: 'standard', tiers: ['web', 'app', 'db'], patch: { debian: 'apt' } };
const examples = [...PAGE.matchAll(/```yaml\n(.*?)```/gs)].map(
  ([, text = '']) => parse(text) as Partial<Policy>,
);

it.each(examples.map((example) => [Object.keys(example).join(', '), example]))(
  'the page on policies shows what is possible: %s',
  (_, example) => {
    const policy: Policy = { ...SMALLEST, ...example };

    expect(checkShape('policy', policy)).toEqual([]);
    expect(checkPolicy(policy, '2026-11-24T09:00:00.000Z')).toEqual([]);
  },
);

it('the page on policies has an example of each part, and every moment', () => {
  const parts = new Set(examples.flatMap((example) => Object.keys(example)));

  expect([...parts]).toEqual(
    expect.arrayContaining(['jobs', 'kinds', 'clusters', 'breaks', 'gates', 'exceptions']),
  );
  for (const moment of MOMENTS) expect(PAGE).toContain(`\`${moment}\``);
});
