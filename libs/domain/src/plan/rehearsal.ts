import type { Demand } from './demand';
import { Heap } from './heap';
import type { JobTable } from './job-table';
import { WaitingRoom } from './waiting-room';

/** When each job of a table would run, by position. A job that can never start has NaN for both. */
export interface Course {
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
  /** The end of the last job; the beginning when there is none. */
  readonly lastMs: number;
}

export interface Part {
  readonly table: JobTable;
  readonly demand: Demand;
  readonly beginMs: number;
  /** The place of each job in the order in which they deserve to start, all different. */
  readonly rank: Float64Array;
  readonly durationMs: Float64Array;
}

/**
 * Plays a campaign the way it is dispatched: whenever something has ended, everything that may start starts, in the given
 * order. `durationMs` need not be what the jobs estimate.
 */
export function rehearse(part: Part): Course {
  return new Rehearsal(part).play();
}

class Rehearsal {
  private readonly startMs: Float64Array;
  private readonly endMs: Float64Array;
  private readonly open: Int32Array;
  private readonly running: Heap;
  private readonly room: WaitingRoom;
  private readonly leftInWave: Int32Array;
  private nowMs: number;
  private moved = 0;
  private wave = 0;
  private nextWaveMs: number;

  constructor(private readonly part: Part) {
    const { table, demand, rank, beginMs } = part;
    const count = table.jobs.length;
    this.startMs = new Float64Array(count).fill(NaN);
    this.endMs = new Float64Array(count).fill(NaN);
    this.open = Int32Array.from(
      { length: count },
      (_, job) => (table.waitsFor.from[job + 1] ?? 0) - (table.waitsFor.from[job] ?? 0),
    );
    this.running = new Heap(this.endMs);
    this.room = new WaitingRoom(demand, rank);
    this.leftInWave = new Int32Array(demand.waves.length);
    for (const wave of demand.waveOf) this.leftInWave[wave] = (this.leftInWave[wave] ?? 0) + 1;
    this.nowMs = beginMs;
    this.nextWaveMs = beginMs;
  }

  play(): Course {
    for (let job = 0; job < this.open.length; job++) if (this.open[job] === 0) this.room.arrive(job);
    let lastMs = this.nowMs;
    for (; this.nowMs < Infinity; this.nowMs = this.nextMoment()) {
      this.moveDoors();
      while (this.endMs[this.running.top()] === this.nowMs) this.end(this.running.pop());
      this.releaseWaves();
      for (let job = this.room.next(); job >= 0; job = this.room.next()) {
        lastMs = Math.max(lastMs, this.start(job));
      }
    }
    return { startMs: this.startMs, endMs: this.endMs, lastMs };
  }

  private nextMoment(): number {
    const end = this.running.size > 0 ? (this.endMs[this.running.top()] ?? Infinity) : Infinity;
    const move = this.part.demand.moves[this.moved]?.atMs ?? Infinity;
    return Math.min(end, move, this.nextWaveMs);
  }

  private start(job: number): number {
    const endMs = this.nowMs + (this.part.durationMs[job] ?? 0);
    this.startMs[job] = this.nowMs;
    this.endMs[job] = endMs;
    this.running.push(job);
    return endMs;
  }

  private end(job: number): void {
    const { table, demand } = this.part;
    const { from, items } = table.dependents;
    this.room.giveBack(job);
    const wave = demand.waveOf[job] ?? 0;
    this.leftInWave[wave] = (this.leftInWave[wave] ?? 0) - 1;
    for (let i = from[job] ?? 0; i < (from[job + 1] ?? 0); i++) {
      const next = items[i] ?? 0;
      const left = (this.open[next] ?? 0) - 1;
      this.open[next] = left;
      if (left === 0) this.room.arrive(next);
    }
    this.afterWave(wave);
  }

  private moveDoors(): void {
    const { moves } = this.part.demand;
    for (let move = moves[this.moved]; move && move.atMs <= this.nowMs; move = moves[this.moved]) {
      this.room.moveDoor(move.scope, move.isOpen);
      this.moved += 1;
    }
  }

  /** The last job of the wave that was released last has ended: the next one comes after its soak. */
  private afterWave(ended: number): void {
    if (ended !== this.wave - 1 || (this.leftInWave[ended] ?? 0) > 0) return;
    this.nextWaveMs = this.nowMs + (this.part.demand.waves[this.wave]?.afterMs ?? Infinity);
  }

  /** Releases what is due. A wave without jobs is passed at once, and its soak is not waited for. */
  private releaseWaves(): void {
    const { waves } = this.part.demand;
    while (this.nextWaveMs <= this.nowMs) {
      const wave = waves[this.wave];
      if (wave) this.room.moveDoor(wave.door, true);
      const isEmpty = (this.leftInWave[this.wave] ?? 0) === 0;
      this.wave += 1;
      this.nextWaveMs = isEmpty && this.wave < waves.length ? this.nowMs : Infinity;
    }
  }
}
