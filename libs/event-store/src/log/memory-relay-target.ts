import type { RelayRecord, RelayTarget } from './relay-target';

/** A carrier in memory that refuses records out of sequence, as JetStream does with an expected last sequence. */
export class MemoryRelayTarget implements RelayTarget {
  readonly records: RelayRecord[] = [];

  async lastSequence(): Promise<number> {
    return this.records.length;
  }

  async publish(records: readonly RelayRecord[]): Promise<void> {
    for (const record of records) {
      const expected = this.records.length + 1;
      if (record.position !== expected) {
        throw new Error(`wrong last sequence: record ${record.position} came where ${expected} was due`);
      }
      this.records.push(record);
    }
  }

  /** Forgets everything after a position, as a carrier whose files were lost. */
  truncate(keep = 0): void {
    this.records.length = keep;
  }
}
