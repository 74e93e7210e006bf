/** A campaign that an instance holds. The epoch grew when it was taken and fences every former holder. */
export interface Lease {
  readonly campaign: string;
  readonly epoch: number;
}

/** Who runs which campaign, among the instances of campaign-control. Not history: wiped, the instances elect again. */
export interface Leases {
  /** Makes the campaign known, so that some instance will run it. */
  register(campaign: string): Promise<void>;
  isKnown(campaign: string): Promise<boolean>;
  /** Takes a campaign nobody holds; the new epoch, or null when another instance holds it. */
  acquire(campaign: string): Promise<number | null>;
  /** Prolongs leases, all at once; the campaigns among them that are still ours. */
  renew(held: readonly Lease[]): Promise<ReadonlySet<string>>;
  /** Gives a lease back. A campaign at rest is not offered for claiming until somebody acquires it. */
  release(lease: Lease, atRest: boolean): Promise<void>;
  /** Some campaigns, at most 50, that nobody holds and that are not at rest. */
  claimable(): Promise<string[]>;
  /** Makes campaigns known again that have a stream and no lease any more. */
  recover(): Promise<void>;
}
