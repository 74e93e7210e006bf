import { AttemptFinished, WorkOrder } from './work';
import { parseAs } from './parse';

const order = {
  campaign: 'CHG1',
  job: 'stop-crm-db',
  jobName: 'STOP_DB_crm-db-01',
  attemptId: 'CHG1/stop-crm-db/1',
  attempt: 1,
  action: 'STOP',
  epoch: 0,
  copy: 1,
  timeoutMs: 60_000,
  windowEnd: '2026-11-30T02:00:00+01:00',
  notAfter: '2026-11-29T23:31:30+01:00',
  target: { server: 'srv-1', address: '10.0.0.1', port: 22, os: 'debian-12' },
  steps: [{ mode: 'do', timeoutMs: 1000, argv: ['systemctl', 'stop', 'a"; rm -rf /'] }],
  subjects: [{ id: 'mon-1', system: 'alertmanager', ref: { instance: '$(x)' } }],
};
const withStep = (step: object) => ({ ...order, steps: [{ ...order.steps[0], ...step }] });
const withTarget = (target: object) => ({ ...order, target: { ...order.target, ...target } });

function faultsOf(data: unknown): string[] {
  const parsed = parseAs(WorkOrder, data);
  return parsed.ok ? [] : parsed.faults.map(({ path, message }) => `${path}: ${message}`);
}
const pathsOf = (data: unknown) => [...new Set(faultsOf(data).map((fault) => fault.split(':')[0]))];

describe('a payload', () => {
  it('is taken as it is, with everything in it unchanged', () => {
    const parsed = parseAs(WorkOrder, order);
    expect(parsed).toEqual({ ok: true, value: order });
    expect(parsed.ok && parsed.value).toBeInstanceOf(WorkOrder);
  });

  it.each([['a text'], [7], [null], [undefined], [[order]], [true]])('that is %p is refused', (data) => {
    expect(parseAs(WorkOrder, data)).toMatchObject({ ok: false, faults: [{ path: '' }] });
  });

  it('with a property that nobody knows is refused, at every level', () => {
    expect(faultsOf({ ...order, shell: true })).toEqual(['/shell: property shell should not exist']);
    expect(pathsOf(withStep({ shell: true }))).toEqual(['/steps/0/shell']);
    expect(pathsOf(withTarget({ hostKey: 'x' }))).toEqual(['/target/hostKey']);
  });

  it('is told everything that is wrong with it at once', () => {
    const broken = { ...withTarget({ port: 0 }), campaign: 'a b', epoch: -1, extra: 1, steps: [{}] };
    expect(pathsOf(broken).sort()).toEqual([
      '/campaign',
      '/epoch',
      '/extra',
      '/steps/0/argv',
      '/steps/0/mode',
      '/steps/0/timeoutMs',
      '/target/port',
    ]);
  });

  it('with a number written as text is refused, not converted', () => {
    expect(pathsOf(withTarget({ port: '22' }))).toEqual(['/target/port']);
    expect(pathsOf({ ...order, attempt: '1' })).toEqual(['/attempt']);
    expect(pathsOf({ ...order, campaign: 7 })).toEqual(['/campaign']);
  });

  it.each([[null], ['x'], [7], [[]], [[order.target]]])('refuses %p where one object is meant', (target) => {
    expect(pathsOf({ ...order, target })).toEqual(['/target']);
  });

  it.each([[undefined], [null], [{}], ['x'], [[null]], [[7]], [[[order.steps[0]]]]])(
    'refuses %p where a list of objects is meant',
    (steps) => {
      expect(pathsOf({ ...order, steps })).toContain('/steps');
    },
  );

  it('may leave out what is optional, but not send null for it', () => {
    expect(faultsOf({ ...order, target: undefined })).toEqual([]);
    const finished = { kind: 'finished', campaign: 'C', attemptId: 'C/stop-a/1', job: 'stop-a', attempt: 1 };
    const rest = {
      executor: 'x',
      at: '2026-11-30T01:00:00Z',
      outcome: 'failed',
      summary: 's',
      outputTail: '',
    };
    expect(parseAs(AttemptFinished, { ...finished, ...rest }).ok).toBe(true);
    expect(parseAs(AttemptFinished, { ...finished, ...rest, exitCode: null }).ok).toBe(false);
    expect(parseAs(AttemptFinished, { ...finished, ...rest, facts: { rebooted: 'true' } }).ok).toBe(true);
    expect(parseAs(AttemptFinished, { ...finished, ...rest, facts: { rebooted: true } }).ok).toBe(false);
    expect(parseAs(AttemptFinished, { ...finished, ...rest, facts: { nested: { a: 'b' } } }).ok).toBe(false);
  });

  it.each([
    ['__proto__', '{ "__proto__": { "polluted": true } }'],
    ['constructor', '{ "constructor": { "prototype": { "polluted": true } } }'],
    ['toString', '{ "toString": "x" }'],
  ])('that carries the name %s, which every object inherits, is refused wherever it stands', (name, json) => {
    const smuggled = JSON.parse(json) as object;
    expect(faultsOf(JSON.parse(`{${JSON.stringify(order).slice(1, -1)},${json.slice(1)}`))).toEqual([
      `/${name}: is a reserved name`,
    ]);
    expect(pathsOf({ ...order, subjects: [{ ...order.subjects[0], ref: { deep: [smuggled] } }] })).toEqual([
      `/subjects/0/ref/deep/0/${name}`,
    ]);
    expect({}).not.toHaveProperty('polluted');
  });

  it('that is nested without end is refused, not followed', () => {
    const endless = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`) as object;
    const [fault] = faultsOf({ ...order, subjects: [{ id: 'm', system: 'x', ref: endless }] });
    expect(fault).toMatch(/is nested too deeply$/);
  });

  it.each([
    ['2026-11-30', 'a day'],
    ['2026-W48', 'a week'],
    ['2026-11-30T02:00:00', 'a local time'],
    ['2026-02-30T02:00:00Z', 'a day that does not exist'],
    ['', 'nothing'],
  ])('with %p (%s) where a moment is meant is refused', (windowEnd) => {
    expect(pathsOf({ ...order, windowEnd })).toEqual(['/windowEnd']);
  });

  it('that orders work without saying until when it may begin is refused', () => {
    expect(pathsOf({ ...order, notAfter: undefined })).toEqual(['/notAfter']);
  });
});
