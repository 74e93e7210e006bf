import { checkChange } from './check-change';
import { aChange } from './testing/plans';

const at = '2026-11-24T09:00:00Z';
const changeWith = (window: object) =>
  aChange({
    window: {
      start: '2026-11-29T22:00:00+01:00',
      end: '2026-11-30T02:00:00+01:00',
      timezone: 'Europe/Berlin',
      ...window,
    },
  });

it('reports a window that ends before it starts, is over, and has no time zone, all at once', () => {
  const faults = checkChange(changeWith({ end: '2026-11-01T02:00:00+01:00', timezone: 'Middle/Earth' }), at);

  expect(faults.map((fault) => fault.path)).toEqual(['/window/end', '/window/end', '/window/timezone']);
  for (const fault of faults) expect(fault.remedy).toMatch(/\.$/);
});

it('refuses a window in the past', () => {
  const past = changeWith({ start: '2026-11-23T22:00:00+01:00', end: '2026-11-24T02:00:00+01:00' });

  expect(checkChange(past, at)).toMatchObject([{ message: expect.stringContaining('the window is over') }]);
});

it('refuses a window that ends at this very moment', () => {
  expect(checkChange(changeWith({ start: '2026-11-24T09:00:00+01:00', end: at }), at)).toHaveLength(1);
});

it('accepts a window that is already open', () => {
  expect(checkChange(changeWith({ start: '2026-11-24T08:00:00Z' }), at)).toEqual([]);
});

it('compares moments, not texts: a window across two offsets is as long as it is', () => {
  const window = { start: '2026-11-29T23:30:00+01:00', end: '2026-11-29T22:45:00Z' };

  expect(checkChange(changeWith(window), at)).toEqual([]);
});

describe('several windows', () => {
  const first = aChange().window;
  const next = { start: '2026-11-30T21:00:00Z', end: '2026-12-01T01:00:00Z', timezone: 'Europe/Berlin' };
  const pathsOf = (...windows: (typeof next)[]) =>
    checkChange(aChange({ windows }), at).map(({ path }) => path);

  it('are accepted one after the other, also at once', () => {
    expect(pathsOf(next, { ...next, start: next.end, end: '2026-12-01T02:00:00Z' })).toEqual([]);
  });

  it('are refused where they overlap or are not in order', () => {
    expect(pathsOf({ ...next, start: first.start })).toEqual(['/windows/0/start']);
    expect(pathsOf({ ...next, start: '2026-12-02T21:00:00Z', end: '2026-12-03T01:00:00Z' }, next)).toEqual([
      '/windows/1/start',
    ]);
  });

  it('are each looked at like the first', () => {
    expect(pathsOf({ ...next, end: next.start, timezone: 'Europe/Bonn' })).toEqual([
      '/windows/0/end',
      '/windows/0/timezone',
    ]);
  });
});
