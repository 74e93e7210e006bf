import { estate, planFor } from '../testing/plan-of';
import { gantt } from './gantt';

/** Tags that are opened and closed in order; null where they are not. */
function tagsOf(svg: string): string[] | null {
  const open: string[] = [];
  const seen: string[] = [];
  for (const [, close, name = '', , self] of svg.matchAll(
    /<(\/)?([a-z]+)((?:\s+[A-Za-z0-9:-]+="[^"<]*")*)\s*(\/)?>/g,
  )) {
    seen.push(name);
    if (close !== undefined && open.pop() !== name) return null;
    if (close === undefined && self === undefined) open.push(name);
  }
  return open.length === 0 ? seen : null;
}

const plan = planFor(estate(2), {
  limits: { campaign: 10 },
  freezes: [
    { name: 'race <&>', start: '2026-11-29T22:30:00Z', end: '2026-11-29T23:00:00Z', match: { tier: 'web' } },
  ],
  jobs: [{ name: 'ask', action: 'MANUAL', per: 'server', at: 'stopped', instructions: 'Ask the "owner".' }],
});
const svg = gantt(plan);

it('is one well-formed document that needs nothing else: no scripts, links, pictures or fonts from outside', () => {
  const tags = tagsOf(svg);
  expect(tags?.[0]).toBe('svg');
  expect(new Set(tags)).toEqual(
    new Set(['svg', 'title', 'desc', 'style', 'defs', 'pattern', 'line', 'rect', 'text', 'g', 'polygon']),
  );
  expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
    /https?:|href|@import|@font-face|url\((?!#)| on[a-z]+=/,
  );
});

it('has a bar for every job, with everything about it for who points at it', () => {
  const titles = [...svg.matchAll(/<title>([^<]*)<\/title><rect class="a-/g)].map(([, title]) => title ?? '');
  expect(titles).toHaveLength(plan.jobs.length);
  for (const { name } of plan.jobs) expect(titles.some((title) => title.startsWith(`${name}: `))).toBe(true);
  expect(svg).toContain('by hand: Ask the &quot;owner&quot;.');
});

it('marks the critical path, window edges, freezes and the last safe moment of each application', () => {
  expect(svg.match(/class="a-[A-Z]+ critical"/g)).toHaveLength(plan.forecast.criticalPath.length);
  const labels = [
    'window 1 opens Sun 29 Nov 22:00',
    'closes Mon 30 Nov 02:00',
    'freeze: race &lt;&amp;&gt; (some servers)',
    ...plan.forecast.applications.map(({ application }) => `${application}: last safe moment`),
  ];
  expect(labels.filter((label) => !svg.includes(label))).toEqual([]);
});

it('says what bars are without colours, and is dark where the reader is', () => {
  for (const code of ['DN', 'PA', 'RB', 'UP', 'HD']) expect(svg).toContain(`>${code}</text>`);
  expect(svg).toContain('prefers-color-scheme:dark');
});

it('is the same for the same plan', () => {
  expect(gantt(structuredClone(plan))).toBe(svg);
});

it('is well-formed whatever things are called, and keeps one row for each server of a large plan', () => {
  const large = planFor(estate(20, (id) => `${id}</text><script>alert("&')</script>\u0000`));
  const drawn = gantt(large);
  expect(tagsOf(drawn)).not.toBeNull();
  expect(drawn).not.toContain('<script');
  const height = Number(/height="(\d+)"/.exec(drawn)?.[1]);
  expect(height).toBeLessThan(60 * 12 + 20 * 20 + 300);
});
