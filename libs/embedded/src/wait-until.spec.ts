import { waitUntil } from './wait-until';

describe('waitUntil', () => {
  it('returns the first value that is something', async () => {
    let calls = 0;
    const value = await waitUntil(() => (++calls === 3 ? 'here' : undefined), {
      timeoutMs: 1_000,
      what: 'it',
      intervalMs: 1,
    });
    expect(value).toBe('here');
  });

  it('says what it waited for when the time is over', async () => {
    const waiting = waitUntil(() => false, { timeoutMs: 5, what: 'the tide', intervalMs: 1 });
    await expect(waiting).rejects.toThrow('timed out after 5 ms waiting for the tide');
  });

  it('passes an error of the condition on at once', async () => {
    const failing = waitUntil(() => Promise.reject(new Error('broken')), { timeoutMs: 60_000, what: 'it' });
    await expect(failing).rejects.toThrow('broken');
  });
});
