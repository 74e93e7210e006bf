import { ManualClock } from '../testing/manual-clock';
import { AlertWatch } from './alert-watch';
import { silenceState } from './silence';
import { readFilter } from './silence-filter';
import { BadSilence, readSilence } from './silence-request';
import { Silences } from './silences';

const matchers = [{ name: 'instance', value: 'crm-db-01', isRegex: false }];
const labels = { alertname: 'HostDown', instance: 'crm-db-01' };

function newSystem() {
  const clock = new ManualClock();
  const silences = new Silences(clock);
  const body = (more: object = {}) => ({
    matchers,
    startsAt: new Date(clock.now()).toISOString(),
    endsAt: new Date(clock.now() + 60_000).toISOString(),
    createdBy: 'patchtide',
    comment: 'patchtide:CHG1:mon-1',
    ...more,
  });
  const post = (more: object = {}) => silences.put(readSilence(body(more), clock.now()));
  const stateOf = (id: string) => {
    const silence = silences.get(id);
    return silence && silenceState(silence, clock.now());
  };
  return { clock, silences, body, post, stateOf };
}

describe('silences', () => {
  it('that are posted twice are two silences', () => {
    const { post, silences } = newSystem();
    expect(post()).not.toBe(post());
    expect(silences.list()).toHaveLength(2);
  });

  it('keep their id when only the end changes', () => {
    const { post, body, clock, silences } = newSystem();
    const { startsAt } = body();
    const id = post();
    clock.advance(30_000);
    const endsAt = new Date(clock.now() + 600_000).toISOString();
    expect(post({ id, startsAt, endsAt })).toBe(id);
    expect(silences.get(id)?.endsAt).toBe(Date.parse(endsAt));
  });

  it('expire and get a new id when matchers or start change', () => {
    const { post, clock, stateOf } = newSystem();
    const first = post();
    clock.advance(5_000);
    const second = post({ id: first });
    expect(second).not.toBe(first);
    expect([stateOf(first), stateOf(second)]).toEqual(['expired', 'active']);
    const third = post({ id: second, matchers: [{ name: 'job', value: 'node', isRegex: false }] });
    expect([third === second, stateOf(second)]).toEqual([false, 'expired']);
  });

  it('come to life under a new id when an expired one is posted again', () => {
    const { post, silences, stateOf } = newSystem();
    const id = post();
    silences.expire(id);
    const again = post({ id });
    expect([again === id, stateOf(again)]).toEqual([false, 'active']);
  });

  it('end by themselves, exactly', () => {
    const { post, clock, stateOf, silences } = newSystem();
    const id = post();
    clock.advance(59_999);
    expect([stateOf(id), silences.covering(labels)]).toEqual(['active', id]);
    clock.advance(1);
    expect([stateOf(id), silences.covering(labels)]).toEqual(['expired', undefined]);
  });

  it('begin now when their start is in the past, later when it is in the future', () => {
    const { post, clock, silences, stateOf } = newSystem();
    expect(silences.get(post({ startsAt: '2000-01-01T00:00:00Z' }))?.startsAt).toBe(clock.now());
    const later = post({ startsAt: new Date(clock.now() + 30_000).toISOString() });
    expect(stateOf(later)).toBe('pending');
  });

  it.each<[string, object, number]>([
    ['without a comment', { comment: undefined }, 422],
    ['without matchers', { matchers: [] }, 422],
    ['with matchers that match everything', { matchers: [{ name: 'a', value: '.*', isRegex: true }] }, 400],
    ['with a broken regular expression', { matchers: [{ name: 'a', value: '(', isRegex: true }] }, 400],
    ['with an end in the past', { endsAt: '2000-01-01T00:00:00Z' }, 400],
    ['that end before they start', { startsAt: '2099-01-01T00:00:00Z' }, 400],
    ['with an unknown id', { id: 'nosuch' }, 404],
  ])('are refused %s', (_, more, status) => {
    const { post } = newSystem();
    const refusal = (() => {
      try {
        return post(more);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(BadSilence);
    expect((refusal as BadSilence).status).toBe(status);
  });

  it('can be filtered by their matchers', () => {
    const { post, silences } = newSystem();
    post();
    const found = (text: string) =>
      silences.list([readFilter(text)].filter((filter) => filter !== undefined)).length;
    expect(
      ['instance="crm-db-01"', 'instance=~"crm-.*"', 'instance!="x"', 'instance="x"', 'job="x"'].map(found),
    ).toEqual([1, 1, 1, 0, 0]);
    expect(readFilter('instance')).toBeUndefined();
  });
});

describe('a false alarm', () => {
  it('is counted once for a condition that nobody silences', () => {
    const { silences, clock } = newSystem();
    const watch = new AlertWatch(silences, clock);
    watch.raise(labels);
    watch.raise(labels);
    watch.checkAll();
    expect(watch.falseAlarms).toEqual([{ labels, since: clock.now(), at: clock.now() }]);
  });

  it('is not counted while a silence covers the condition, but when that ends too early', () => {
    const { silences, clock, post } = newSystem();
    const watch = new AlertWatch(silences, clock);
    post();
    watch.raise(labels);
    clock.advance(59_000);
    watch.checkAll();
    expect(watch.falseAlarms).toEqual([]);
    clock.advance(1_000);
    watch.checkAll();
    expect(watch.falseAlarms).toHaveLength(1);
  });

  it('is not counted when the condition ends before the silence', () => {
    const { silences, clock, post } = newSystem();
    const watch = new AlertWatch(silences, clock);
    post();
    watch.raise(labels);
    watch.resolve(labels);
    clock.advance(120_000);
    watch.checkAll();
    expect(watch.falseAlarms).toEqual([]);
  });
});
