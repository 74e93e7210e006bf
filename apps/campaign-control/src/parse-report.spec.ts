import { Poison } from '@patchtide/messaging';
import { parseReport } from './parse-report';
import { alive, attempt, finished, started } from './testing/reports';

const of = attempt('stop-web');

describe('a report', () => {
  it('of each kind is taken as what it is', () => {
    for (const report of [started(of), alive(of), finished(of)])
      expect(parseReport('CHG1', report)).toEqual(report);
  });

  it('that nobody can understand is poison, with everything that is wrong with it', () => {
    expect(() => parseReport('CHG1', { ...finished(of), outcome: 'fine', extra: 1 })).toThrow(
      /outcome.*extra|extra.*outcome/s,
    );
    for (const message of [null, 'text', [], {}, { kind: 'constructor' }]) {
      expect(() => parseReport('CHG1', message)).toThrow(Poison);
    }
  });

  it('that would not fit into one event is poison, so that it does not hold up the campaign', () => {
    const packages = (count: number) =>
      Array.from({ length: count }, () => ({ name: 'n'.repeat(200), from: '1'.repeat(200), to: null }));
    expect(() => parseReport('CHG1', { ...finished(of), packages: packages(800) })).not.toThrow();
    expect(() => parseReport('CHG1', { ...finished(of), packages: packages(1_800) })).toThrow(Poison);
  });

  it('of another campaign is poison', () => {
    expect(() => parseReport('CHG2', finished(of))).toThrow(
      /campaign CHG1 came on the subject of campaign CHG2/,
    );
  });
});
