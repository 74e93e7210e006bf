import type { CallOptions } from './call';
import type { Claim } from './marker';

/** A wish: this monitor stays silent until `endsAt`, then speaks again by itself. */
export interface MuteLease extends Claim {
  /** How the monitoring system knows the monitor, e.g. `{ instance: "crm-web-01" }`. */
  ref: Readonly<Record<string, unknown>>;
  endsAt: string;
}

/** What the monitoring system says it holds for us. */
export interface Mute extends Claim {
  /** The system's own id, for people who look there; it may change with every prolongation. */
  id: string;
  endsAt: string;
}

/**
 * A system that can be told to stay silent about a monitor for a while.
 * Mutes are leases found again by their marker, never created blindly, so every call may be repeated.
 * All methods throw CallFailed, which says whether repeating can help.
 */
export interface Monitoring {
  /**
   * Makes the lease true and reads it back: creates, prolongs or re-asserts it, never shortens it,
   * and leaves exactly one mute for the claim. Returns only when the system lists it as active.
   */
  mute(lease: MuteLease, call: CallOptions): Promise<Mute>;
  /** Ends every mute of the claim now. Ending one that is over or never was is a success. */
  lift(mute: Omit<MuteLease, 'endsAt'>, call: CallOptions): Promise<void>;
  /** All mutes of a campaign that are active at this moment. */
  list(campaign: string, call: CallOptions): Promise<readonly Mute[]>;
}
