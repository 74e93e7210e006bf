import { clockFinding, clockOffset } from './clock';

const AT = Date.parse('2026-11-24T09:00:00Z');
/** A clock ahead by so much, asked over a way that takes 100 ms there and 100 ms back. */
const reading = (aheadMs: number, wayMs = 100, precisionMs = 1) => ({
  sentMs: AT,
  hostMs: AT + wayMs + aheadMs,
  precisionMs,
  receivedMs: AT + 2 * wayMs,
});

it('takes the middle of the way there and back for the moment at which the host looked at its clock', () => {
  expect(clockOffset(reading(30_000, 100, 0))).toEqual({ offsetMs: 30_000, uncertaintyMs: 100 });
});

it('finds nothing in a clock that is right, on a slow way neither', () => {
  expect(clockFinding(reading(0))).toBeNull();
  expect(clockFinding(reading(0, 4_000))).toBeNull();
});

it.each([
  [6_000, 'clock-drift', 'its clock is 6 s ahead of this machine'],
  [-45_000, 'clock-drift', 'its clock is 45 s behind this machine'],
  [7 * 60_000, 'clock-off', 'its clock is 7 min ahead of this machine'],
  [-3 * 3_600_000, 'clock-off', 'its clock is 3 h behind this machine'],
  [400 * 86_400_000, 'clock-off', 'its clock is 400 days ahead of this machine'],
])('tells a clock that is off by %d ms', (aheadMs, code, sentence) => {
  expect(clockFinding(reading(aheadMs))).toEqual({ code, sentence: `${sentence}'s` });
});

it('accuses a host only of what the way there and back does not explain', () => {
  const wayMs = 2_000;
  expect(clockFinding(reading(5_000 + wayMs, wayMs, 0))).toBeNull();
  expect(clockFinding(reading(5_001 + wayMs, wayMs, 0))).toMatchObject({ code: 'clock-drift' });
  expect(clockFinding(reading(300_000 + wayMs, wayMs, 0))).toMatchObject({ code: 'clock-drift' });
});

it('allows for a host that tells whole seconds only', () => {
  const told = (hostMs: number) => ({ sentMs: AT, hostMs, precisionMs: 1000, receivedMs: AT });
  expect(clockOffset(told(AT))).toEqual({ offsetMs: 500, uncertaintyMs: 500 });
  expect(clockFinding(told(AT + 5_000))).toBeNull();
});

it('says so when the answer took so long that the clock cannot be compared', () => {
  expect(clockFinding(reading(0, 6_000))).toEqual({
    code: 'cannot-tell',
    sentence: 'its clock cannot be compared: the answer took 12 s',
  });
});
