import type { Lease, Leases } from '../leases';

interface Row {
  holder: string | null;
  epoch: number;
  expiresMs: number;
  atRest: boolean;
}

/** The table behind the leases of several instances in one process. */
export class LeaseTable {
  readonly rows = new Map<string, Row>();
  epoch = 0;
}

/** Leases in memory, for tests. */
export class MemoryLeases implements Leases {
  constructor(
    private readonly table: LeaseTable,
    private readonly holder: string,
    private readonly ttlMs: number,
    private readonly now: () => number,
  ) {}

  async register(campaign: string): Promise<void> {
    if (this.table.rows.has(campaign)) return;
    this.table.rows.set(campaign, { holder: null, epoch: 0, expiresMs: -Infinity, atRest: false });
  }

  async isKnown(campaign: string): Promise<boolean> {
    return this.table.rows.has(campaign);
  }

  async acquire(campaign: string): Promise<number | null> {
    const row = this.table.rows.get(campaign);
    if (!row || !this.isFree(row)) return null;
    const epoch = (this.table.epoch += 1);
    Object.assign(row, { holder: this.holder, epoch, expiresMs: this.now() + this.ttlMs, atRest: false });
    return epoch;
  }

  async renew(held: readonly Lease[]): Promise<ReadonlySet<string>> {
    const kept = held.flatMap((lease) => this.own(lease) ?? []);
    for (const { row } of kept) row.expiresMs = this.now() + this.ttlMs;
    return new Set(kept.map(({ campaign }) => campaign));
  }

  async release(lease: Lease, atRest: boolean): Promise<void> {
    const own = this.own(lease);
    if (own) Object.assign(own.row, { holder: null, expiresMs: -Infinity, atRest });
  }

  async claimable(): Promise<string[]> {
    return [...this.table.rows]
      .filter(([, row]) => !row.atRest && this.isFree(row))
      .map(([campaign]) => campaign);
  }

  /** There are no streams to recover from. */
  async recover(): Promise<void> {}

  private own({ campaign, epoch }: Lease): { campaign: string; row: Row } | undefined {
    const row = this.table.rows.get(campaign);
    return row?.holder === this.holder && row.epoch === epoch ? { campaign, row } : undefined;
  }

  private isFree({ holder, expiresMs }: Row): boolean {
    return holder === null || expiresMs < this.now();
  }
}
