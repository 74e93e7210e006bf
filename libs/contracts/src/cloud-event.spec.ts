import { parseCloudEvent } from './cloud-event';

const event = { specversion: '1.0', id: '1', source: 'itsm', type: 'change.approved', data: { id: 'CHG1' } };
const pathsOf = (value: unknown) => {
  const parsed = parseCloudEvent(value);
  return parsed.ok ? [] : parsed.faults.map(({ path }) => path);
};

describe('a CloudEvent', () => {
  it('is taken with its extensions', () => {
    const extended = { ...event, time: '2026-11-24T09:12:00+01:00', subject: 'CHG1', tenant: 'a' };
    expect(parseCloudEvent(extended)).toEqual({ ok: true, event: extended });
  });

  it.each([[null], [undefined], ['{}'], [[event]], [7]])('is not %p', (value) => {
    expect(pathsOf(value)).toEqual(['']);
  });

  it('is told everything that is missing at once', () => {
    expect(pathsOf({})).toEqual(['/specversion', '/id', '/source', '/type', '/data']);
  });

  it('needs ids that are texts of a bounded length', () => {
    expect(pathsOf({ ...event, id: 7 })).toEqual(['/id']);
    expect(pathsOf({ ...event, id: '' })).toEqual(['/id']);
    expect(pathsOf({ ...event, source: 'x'.repeat(1001) })).toEqual(['/source']);
  });

  it('of another version of the specification is refused', () => {
    expect(pathsOf({ ...event, specversion: '0.3' })).toEqual(['/specversion']);
  });

  it('may carry optional attributes only as what they are', () => {
    expect(pathsOf({ ...event, time: 'yesterday', subject: 7 })).toEqual(['/time', '/subject']);
    expect(pathsOf({ ...event, datacontenttype: 'text/xml' })).toEqual(['/datacontenttype']);
    const types = ['application/json', 'application/json; charset=utf-8', 'application/vnd.itsm+json'];
    for (const datacontenttype of types) expect(pathsOf({ ...event, datacontenttype })).toEqual([]);
  });

  it('in binary or base64 form has no data that we read', () => {
    const { data, ...rest } = event;
    expect(pathsOf({ ...rest, data_base64: Buffer.from(JSON.stringify(data)).toString('base64') })).toEqual([
      '/data',
    ]);
  });
});
