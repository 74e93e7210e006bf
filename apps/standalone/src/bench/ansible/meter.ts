import { readdirSync, readFileSync } from 'node:fs';
import { cpuSeconds } from '../cpu-by-part';

/** A look at every process costs time, of which looking may take a twentieth. */
const LOOK_MS = 100;
const PAUSE_PER_LOOK = 20;
const KB_PER_MB = 1024;

/** Measures processes and all their descendants while something runs: CPU seconds by name, and the peak of their memory together. */
export class Meter {
  private readonly before: Record<string, number>;
  private timer: NodeJS.Timeout | undefined;
  private peakMb = 0;

  constructor(private readonly roots: ReadonlyMap<string, number>) {
    this.before = cpuSeconds(roots);
    this.lookAgain();
  }

  /** Ends the measurement. Memory is proportional set size: pages that processes share count once. */
  stop(): { readonly cpuSeconds: Readonly<Record<string, number>>; readonly peakMb: number } {
    clearTimeout(this.timer);
    this.look();
    const after = Object.entries(cpuSeconds(this.roots));
    const used = after.map(([name, seconds]) => [name, round(seconds - (this.before[name] ?? 0))] as const);
    return { cpuSeconds: Object.fromEntries(used), peakMb: Math.round(this.peakMb) };
  }

  private lookAgain(): void {
    const beganMs = performance.now();
    this.look();
    const pauseMs = Math.max(LOOK_MS, (performance.now() - beganMs) * PAUSE_PER_LOOK);
    this.timer = setTimeout(() => this.lookAgain(), pauseMs);
  }

  private look(): void {
    const pids = withDescendants([...this.roots.values()]);
    const kb = pids.reduce((sum, pid) => sum + proportionalKb(pid), 0);
    this.peakMb = Math.max(this.peakMb, kb / KB_PER_MB);
  }
}

/** Two decimals: the kernel counts CPU time in hundredths of a second. */
export function round(seconds: number): number {
  return Number(seconds.toFixed(2));
}

/** The processes and everything below them, as far as it is still alive. */
export function withDescendants(roots: readonly number[]): number[] {
  const found = [...roots];
  for (const pid of found) found.push(...childrenOf(pid));
  return found;
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    // It ended meanwhile.
    return [];
  }
}

function proportionalKb(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
