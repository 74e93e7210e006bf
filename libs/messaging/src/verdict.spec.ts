import { Poison } from './errors';
import { isExhausted, verdictOfError, verdictOfResult } from './verdict';

const tries = { deliveries: 2, maxDeliver: 5, nakDelayMs: (deliveries: number) => deliveries * 10 };
const last = { ...tries, deliveries: 5 };
const rejected = Object.assign(new Error('The window is over.'), {
  name: 'Rejected',
  code: 'outside-window',
});

describe('the verdict on a message', () => {
  it('is ack when the handler returns anything that is not another verdict', () => {
    for (const result of [undefined, null, 'ack', 42, { nak: 'soon' }, {}]) {
      expect(verdictOfResult(result, tries)).toEqual({ kind: 'ack' });
    }
  });

  it('is what the handler says, but a nak at the last delivery is a dead letter', () => {
    expect(verdictOfResult({ nak: 250 }, tries)).toEqual({ kind: 'nak', delayMs: 250 });
    expect(verdictOfResult({ dead: 'no such zone' }, tries)).toEqual({
      kind: 'dead',
      reason: 'no such zone',
    });
    expect(verdictOfResult({ nak: 250 }, last)).toMatchObject({ kind: 'dead' });
  });

  it('is a growing nak for an error, and a dead letter at the last delivery', () => {
    expect(verdictOfError(new Error('db down'), tries)).toEqual({ kind: 'nak', delayMs: 20 });
    const reason = 'given up after 5 deliveries: db down';
    expect(verdictOfError(new Error('db down'), last)).toEqual({ kind: 'dead', reason });
    expect(verdictOfError('db down', last)).toEqual({ kind: 'dead', reason });
  });

  it('is a dead letter at once for poison and for a rule that said no', () => {
    expect(verdictOfError(new Poison('bad step'), tries)).toEqual({ kind: 'dead', reason: 'bad step' });
    const reason = 'refused (outside-window): The window is over.';
    expect(verdictOfError(rejected, tries)).toEqual({ kind: 'dead', reason });
  });

  it('is given without the handler only beyond the limit: the last delivery still has its chance', () => {
    expect(isExhausted(last)).toBe(false);
    expect(isExhausted({ deliveries: 6, maxDeliver: 5 })).toBe(true);
  });
});
