import { FINDINGS } from './findings';
import { type Examination, groupFindings, hostsIn, judge } from './verdict';

const seen = (id: string, more: Partial<Examination> = {}): Examination => ({
  server: { id, name: `${id}-name`, address: '10.0.0.1' },
  findings: [],
  bootId: `boot-${id}`,
  clock: null,
  ...more,
});
const full = { code: 'disk-full', sentence: '/var has 12 MiB left' } as const;
const low = { code: 'disk-low', sentence: '/ has 900 MiB left' } as const;
const missing = (unit: string) => ({ code: 'unit-missing', sentence: `there is no unit ${unit}` }) as const;

it('takes a host for fit when nothing was found, or warnings only', () => {
  const [well, warned, sick] = judge([
    seen('a'),
    seen('b', { findings: [low] }),
    seen('c', { findings: [low, full] }),
  ]);
  expect([well?.isFit, warned?.isFit, sick?.isFit]).toEqual([true, true, false]);
});

it('puts faults first and a remedy to every finding', () => {
  const [verdict] = judge([seen('a', { findings: [low, full] })]);
  expect(verdict?.findings).toEqual([
    { level: 'fault', ...full, remedy: FINDINGS['disk-full'].remedy },
    { level: 'warning', ...low, remedy: FINDINGS['disk-low'].remedy },
  ]);
});

it('judges the clock where it was read', () => {
  const clock = { sentMs: 0, hostMs: 600_000, precisionMs: 1, receivedMs: 10 };
  expect(judge([seen('a', { clock })])).toMatchObject([{ isFit: false, findings: [{ code: 'clock-off' }] }]);
});

it('finds one machine under two ids by its boot id, and accuses nobody whose boot id was not read', () => {
  const twins = judge([seen('a', { bootId: 'x' }), seen('b', { bootId: 'x' }), seen('c')]);
  expect(twins.map(({ findings }) => findings.map(({ sentence }) => sentence))).toEqual([
    ['it has the boot id of b'],
    ['it has the boot id of a'],
    [],
  ]);
  expect(judge([seen('a', { bootId: null }), seen('b', { bootId: null })]).every(({ isFit }) => isFit)).toBe(
    true,
  );
});

it('groups by finding: faults first, then what most hosts have', () => {
  const groups = groupFindings(
    judge([
      seen('a', { findings: [low, missing('x'), missing('y')] }),
      seen('b', { findings: [low, full] }),
      seen('c', { findings: [low, full] }),
    ]),
  );
  expect(groups.map((group) => [group.level, group.code, hostsIn(group), group.places.length])).toEqual([
    ['fault', 'disk-full', 2, 2],
    ['fault', 'unit-missing', 1, 2],
    ['warning', 'disk-low', 3, 3],
  ]);
  expect(groups[1]?.places[0]).toEqual({ server: 'a', name: 'a-name', sentence: 'there is no unit x' });
});

it('has a plain sentence and a remedy for everything it can find', () => {
  for (const [code, { title, means, remedy }] of Object.entries(FINDINGS)) {
    expect([code, means.endsWith('.'), remedy.endsWith('.')]).toEqual([code, true, true]);
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(title).toMatch(/^[a-z][a-z -]+$/);
  }
});
