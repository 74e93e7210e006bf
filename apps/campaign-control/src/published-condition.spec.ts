import { CONDITION_MET, CONDITION_WITHDRAWN } from '@patchtide/contracts';
import { conditionFromCloudEvent } from './published-condition';

const event = (type: string, data: unknown) => ({
  ...{ specversion: '1.0', id: 'e1', source: '/erp/accounting', type, data },
});
const pathsOf = (message: unknown) => {
  const parsed = conditionFromCloudEvent(message);
  return parsed.ok ? [] : parsed.faults.map(({ path }) => path).sort();
};

describe('a published condition', () => {
  it('says what is met, for which campaign, until when, and who answers for it', () => {
    const data = {
      name: 'month-end-closed',
      campaign: 'CHG1',
      until: '2026-12-01T00:00:00Z',
      by: 'o.brandt',
    };
    expect(conditionFromCloudEvent(event(CONDITION_MET, data))).toEqual({
      ok: true,
      value: { ...data, met: true, source: '/erp/accounting', eventId: 'e1' },
    });
  });

  it('is answered for by its source where it names nobody', () => {
    const parsed = conditionFromCloudEvent(event(CONDITION_WITHDRAWN, { name: 'quiet' }));
    expect(parsed).toMatchObject({ ok: true, value: { met: false, by: '/erp/accounting' } });
    const long = conditionFromCloudEvent({ ...event(CONDITION_MET, { name: 'q' }), source: 'x'.repeat(900) });
    expect(long).toMatchObject({ ok: true, value: { by: 'x'.repeat(200) } });
  });

  it.each([
    ['nothing', null, ['']],
    ['another type', event('change.approved', { name: 'x' }), ['/type']],
    ['no name', event(CONDITION_MET, {}), ['/data/name']],
    ['a name that is a pattern', event(CONDITION_MET, { name: 'month.*' }), ['/data/name']],
    ['what nobody knows', event(CONDITION_MET, { name: 'x', mood: 'good' }), ['/data/mood']],
    ['a time that is none', event(CONDITION_MET, { name: 'x', until: 'tomorrow' }), ['/data/until']],
    [
      'a withdrawal with an end',
      event(CONDITION_WITHDRAWN, { name: 'x', until: '2026-12-01T00:00:00Z' }),
      ['/data/until'],
    ],
    ['data that are a text', event(CONDITION_MET, 'month-end-closed'), ['/data']],
    ['no envelope', { name: 'x' }, ['/data', '/id', '/source', '/specversion', '/type']],
  ])('is refused with every fault: %s', (_what, message, paths) => {
    expect(pathsOf(message)).toEqual(paths);
  });
});
