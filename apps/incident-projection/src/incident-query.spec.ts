import { Rejected } from '@patchtide/domain';
import { readQuery } from './incident-query';

describe('a question for incidents', () => {
  it('is for all of them, or for some', () => {
    expect(readQuery({})).toEqual({ statuses: null, campaign: null });
    expect(readQuery({ status: 'open,acknowledged', campaign: 'CHG1' })).toEqual({
      ...{ statuses: ['open', 'acknowledged'], campaign: 'CHG1' },
    });
  });

  it('is refused with every parameter that is not usable', () => {
    const query = { status: 'open,closed', campaign: ['CHG1', 'CHG2'], colour: 'red' };
    let refused: unknown;
    try {
      readQuery(query);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(Rejected);
    expect((refused as Rejected).faults.map(({ path }) => path).sort()).toEqual([
      '/campaign',
      '/colour',
      '/status',
    ]);
  });
});
