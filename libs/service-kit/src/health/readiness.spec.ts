import { Readiness } from './readiness';

describe('readiness', () => {
  it('is given while every check passes, and says which one does not and why', async () => {
    const readiness = new Readiness();
    readiness.add('nats', () => Promise.resolve());
    expect(await readiness.report()).toEqual({ isReady: true, checks: { nats: 'ok' } });
    readiness.add('database', () => {
      throw new Error('cannot reach postgres://app:secret@db/patchtide');
    });
    const checks = { nats: 'ok', database: 'cannot reach postgres://[redacted]@db/patchtide' };
    expect(await readiness.report()).toEqual({ isReady: false, checks });
  });

  it('does not wait for a check longer than its time, and tells the check', async () => {
    const readiness = new Readiness();
    let reason: unknown;
    const hang = (signal: AbortSignal) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
      });
      return new Promise(() => undefined);
    };
    readiness.add('cmdb', hang, 20);
    expect(await readiness.report()).toEqual({ isReady: false, checks: { cmdb: 'no answer within 20 ms' } });
    expect(reason).toBeInstanceOf(Error);
  });

  it('is withdrawn at shutdown whatever the checks say', async () => {
    const readiness = new Readiness();
    readiness.shutDown();
    expect((await readiness.report()).isReady).toBe(false);
  });
});
