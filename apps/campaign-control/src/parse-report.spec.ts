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

  it('of another campaign is poison', () => {
    expect(() => parseReport('CHG2', finished(of))).toThrow(
      /campaign CHG1 came on the subject of campaign CHG2/,
    );
  });
});
