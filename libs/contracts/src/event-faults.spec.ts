import { eventFaults } from './event-faults';
import type { Fault } from './fault';
import { parseEvent } from './registry';

const fault = (more: Partial<Fault> = {}): Fault => ({
  path: '/servers/0',
  message: 'is wrong',
  remedy: 'Correct it.',
  ...more,
});
const isValid = (faults: readonly Fault[]): boolean => {
  const data = { campaign: 'CHG1', revision: 1, faults, at: '2026-11-29T22:00:00Z' };
  return parseEvent('landscape', 'LandscapeRejected', data).ok && parseEvent('plan', 'PlanRejected', data).ok;
};

describe('faults in an event', () => {
  it('stay as they are where they fit', () => {
    const faults = [fault({ file: 'estate.yaml', line: 3, column: 7 }), fault()];
    expect(eventFaults(faults)).toEqual(faults);
    expect(eventFaults([])).toEqual([]);
  });

  it('are shortened where an input was absurd, and still tell what they can', () => {
    const long = 'ä😀'.repeat(5_000);
    const [cut] = eventFaults([fault({ path: `/${long}`, message: long, remedy: long, file: long })]);
    expect(isValid([cut ?? fault()])).toBe(true);
    expect(cut?.message.startsWith('ä😀ä😀')).toBe(true);
    expect(JSON.stringify(cut)).not.toMatch(/\\ud[89a-f]/i);
  });

  it('are counted where there are more than anybody reads', () => {
    const faults = eventFaults(Array.from({ length: 3_000 }, () => fault()));
    expect(faults.at(-1)).toMatchObject({ message: 'has 2500 more fault(s)' });
    expect(isValid(faults)).toBe(true);
  });

  it('fit an event also when all of them are long', () => {
    const faults = eventFaults(Array.from({ length: 3_000 }, () => fault({ message: 'x'.repeat(1_000) })));
    expect(Buffer.byteLength(JSON.stringify(faults))).toBeLessThan(512 * 1024);
    expect(faults.at(-1)?.message).toMatch(/^has 2\d\d\d more/);
  });
});
