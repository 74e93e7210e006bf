import { leasesContract } from './leases.contract';
import { LeaseTable, MemoryLeases } from './testing/memory-leases';

const TTL_MS = 9_000;

leasesContract('memory', () => {
  const table = new LeaseTable();
  let nowMs = 0;
  const leases = (holder: string) => new MemoryLeases(table, holder, TTL_MS, () => nowMs);
  const pass = async (): Promise<void> => void (nowMs += TTL_MS / 3 + 1);
  return { a: leases('a'), b: leases('b'), pass };
});
