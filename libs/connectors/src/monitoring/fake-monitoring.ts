import { CallFailed, type CallOptions } from './call';
import { markerOf } from './marker';
import type { Monitoring, Mute, MuteLease } from './monitoring';

/** A monitoring system in memory that keeps every promise of the interface, and can be told to misbehave. */
export class FakeMonitoring implements Monitoring {
  private readonly held = new Map<string, Mute>();
  private readonly troubles: Trouble[] = [];
  private nextId = 1;

  constructor(private readonly now: () => Date = () => new Date()) {}

  /** Every call made so far, in order, for tests that care. */
  readonly calls: string[] = [];

  mute(lease: MuteLease, call: CallOptions): Promise<Mute> {
    return this.answer(`mute ${lease.subject}`, call, () => {
      if (Object.keys(lease.ref).length === 0 || Object.values(lease.ref).includes('')) {
        throw new CallFailed('bad-reference', 'The ref is empty', { retryable: false });
      }
      const known = this.active(markerOf(lease));
      const mute = known && known.endsAt >= lease.endsAt ? known : this.renewed(lease);
      this.held.set(markerOf(lease), mute);
      return mute;
    });
  }

  lift(mute: Omit<MuteLease, 'endsAt'>, call: CallOptions): Promise<void> {
    return this.answer(`lift ${mute.subject}`, call, () => void this.held.delete(markerOf(mute)));
  }

  list(campaign: string, call: CallOptions): Promise<readonly Mute[]> {
    return this.answer('list', call, () =>
      [...this.held.keys()].flatMap((marker) => {
        const mute = this.active(marker);
        return mute?.campaign === campaign ? [mute] : [];
      }),
    );
  }

  /** Forgets every mute, as a monitoring system does that comes back without its data. */
  forget(): void {
    this.held.clear();
  }

  /** The next call takes effect or not, but its caller sees only a failure. */
  fail(trouble: Trouble): void {
    this.troubles.push(trouble);
  }

  private renewed(lease: MuteLease): Mute {
    const { campaign, subject } = lease;
    return { campaign, subject, id: `fake-${this.nextId++}`, endsAt: new Date(lease.endsAt).toISOString() };
  }

  private active(marker: string): Mute | undefined {
    const mute = this.held.get(marker);
    return mute && Date.parse(mute.endsAt) > this.now().getTime() ? mute : undefined;
  }

  private async answer<T>(name: string, { signal }: CallOptions, effect: () => T): Promise<T> {
    await Promise.resolve();
    if (signal?.aborted) throw new CallFailed('aborted', `${name} was called off`, { retryable: false });
    this.calls.push(name);
    const trouble = this.troubles.shift();
    if (trouble === 'refused-before') throw new CallFailed('refused', `${name} refused`, { retryable: true });
    const result = effect();
    if (trouble === 'answer-lost')
      throw new CallFailed('timed-out', `${name}: answer lost`, { retryable: true });
    return result;
  }
}

/** `refused-before`: no effect, an error. `answer-lost`: the effect happens, and an error is seen all the same. */
export type Trouble = 'refused-before' | 'answer-lost';
