import type { Clock } from '../clock';
import type { JsonAnswer } from '../json-http';

interface ForeignHold {
  readonly marker: string;
  readonly endsAt: number;
}

/** A scheduler behind a webhook that knows every job it is asked about, and lets holds end by themselves. */
export class BatchWebhook {
  private readonly holds = new Map<string, ForeignHold>();

  constructor(private readonly clock: Clock) {}

  answer({ action, ref, marker, endsAt }: Readonly<Record<string, unknown>>): JsonAnswer {
    const job = JSON.stringify(ref);
    switch (action) {
      case 'hold':
        return this.hold(job, String(marker), Date.parse(String(endsAt)));
      case 'release':
        return this.release(job, String(marker));
      case 'inspect':
        return this.inspect(job);
      default:
        return { status: 400, body: `unknown action ${String(action)}` };
    }
  }

  private hold(job: string, marker: string, endsAt: number): JsonAnswer {
    if (!(endsAt > this.clock.now())) return { status: 400, body: 'endsAt is not in the future' };
    const known = this.current(job);
    if (known !== undefined && known.marker !== marker)
      return { status: 409, body: `held by ${known.marker}` };
    const end = Math.max(endsAt, known?.endsAt ?? 0);
    this.holds.set(job, { marker, endsAt: end });
    return { status: 200, body: { prior: 'scheduled', endsAt: new Date(end).toISOString(), running: 'no' } };
  }

  private release(job: string, marker: string): JsonAnswer {
    if (this.current(job)?.marker !== marker) return { status: 404, body: 'no such hold' };
    this.holds.delete(job);
    return { status: 200, body: {} };
  }

  private inspect(job: string): JsonAnswer {
    const known = this.current(job);
    return {
      status: 200,
      body: { scheduled: known === undefined, running: 'no', ...(known && { heldBy: known.marker }) },
    };
  }

  private current(job: string): ForeignHold | undefined {
    const known = this.holds.get(job);
    return known !== undefined && known.endsAt > this.clock.now() ? known : undefined;
  }
}
