import { readdirSync, readFileSync } from 'node:fs';

/** Kernel ticks per second; 100 on every Linux that Node supports. */
const TICKS_PER_SECOND = 100;

interface Usage {
  readonly parent: number;
  readonly seconds: number;
}

/** CPU seconds that each of the given processes and all their descendants have used; Linux only, empty elsewhere. */
export function cpuSeconds(roots: ReadonlyMap<string, number>): Record<string, number> {
  const usage = readUsage();
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of usage) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const total = (pid: number): number =>
    (usage.get(pid)?.seconds ?? 0) + (children.get(pid) ?? []).reduce((sum, child) => sum + total(child), 0);
  return Object.fromEntries([...roots].map(([name, pid]) => [name, Number(total(pid).toFixed(2))]));
}

function readUsage(): Map<number, Usage> {
  if (process.platform !== 'linux') return new Map();
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.flatMap((pid) => usageOf(pid)));
}

function usageOf(pid: string): [number, Usage][] {
  try {
    // The command in parentheses may hold anything; what follows the last one is numbers.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? 0), 0);
    return [[Number(pid), { parent: fields[1] ?? 0, seconds: ticks / TICKS_PER_SECOND }]];
  } catch {
    // The process ended between the listing and this look.
    return [];
  }
}
