import fc from 'fast-check';
import { isInstant } from './instant';

const moments = fc.date({
  min: new Date('0000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

describe('an instant', () => {
  it('is every moment as a program writes it', () => {
    fc.assert(fc.property(moments, (moment) => isInstant(moment.toISOString())));
  });

  it('is read by JavaScript as the day that is written', () => {
    const pad = (n: number, width = 2) => String(n).padStart(width, '0');
    const days = fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.nat(14), fc.nat(33));
    fc.assert(
      fc.property(days, ([year, month, day]) => {
        const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
        const text = `${date}T12:00:00Z`;
        return !isInstant(text) || new Date(text).toISOString().startsWith(date);
      }),
      { numRuns: 1000 },
    );
  });
});
