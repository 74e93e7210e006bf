import { changeFrom, changeFromCloudEvent } from './accept-change';
import { aChange } from './testing/estate';

const envelope = { specversion: '1.0', id: 'e-1', source: 'itsm', type: 'change.approved', data: aChange() };
const pathsOf = (parsed: ReturnType<typeof changeFrom>) =>
  parsed.ok ? [] : parsed.faults.map(({ path }) => path);

describe('an approved change', () => {
  it('is taken from a CloudEvent', () => {
    expect(changeFromCloudEvent(envelope)).toEqual({ ok: true, value: aChange() });
  });

  it('is refused in an event of another type, with the type that is wanted', () => {
    const parsed = changeFromCloudEvent({ ...envelope, type: 'change.closed' });
    expect(parsed).toMatchObject({
      ok: false,
      faults: [{ path: '/type', remedy: 'Send type "change.approved".' }],
    });
  });

  it('is refused with every fault at once, each with its place in the message', () => {
    const data = { ...aChange(), id: 'has spaces', window: { start: 'tonight' }, surprise: true };
    const parsed = changeFromCloudEvent({ ...envelope, data });
    const paths = pathsOf(parsed);
    expect(paths).toEqual(expect.arrayContaining(['/data/id', '/data/window/start', '/data/surprise']));
    expect(paths.length).toBeGreaterThanOrEqual(5);
  });

  it('is refused when the message is no CloudEvent at all', () => {
    for (const message of [null, 'text', [], {}, { ...envelope, specversion: '0.3' }]) {
      expect(changeFromCloudEvent(message).ok).toBe(false);
    }
  });

  it('that is handed in by itself has its faults at their place in the change', () => {
    expect(pathsOf(changeFrom({ ...aChange(), policy: 7 }))).toEqual(['/policy']);
    expect(changeFrom(undefined).ok).toBe(false);
  });
});
