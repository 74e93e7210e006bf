import { type Demand, OPEN } from './demand';
import { Heap } from './heap';

const NOWHERE = -1;
/** Among the queues whose first job may be able to start. */
const IN_FRONT = -2;

/**
 * Jobs that wait for nothing but a place. Queues whose first job lacks a place are kept aside with the scope that it lacks,
 * so that a place that becomes free is offered to the first of those who wait for it, not asked for by all.
 */
export class WaitingRoom {
  private readonly queues: Heap[];
  private readonly front: Heap;
  /** By scope: first jobs of the queues that lack a place in it. What was overtaken or has left stays until it comes up. */
  private readonly aside: (Heap | undefined)[] = [];
  private readonly places: Int32Array;
  private readonly standing: Int32Array;
  /** By queue: the scope whose free place was offered to it. */
  private readonly offeredBy: Int32Array;
  private freed: number[] = [];

  /** `rank`: the place of each job in the order in which they deserve to start. */
  constructor(
    private readonly demand: Demand,
    private readonly rank: Float64Array,
  ) {
    const count = demand.takes.from.length - 1;
    this.queues = Array.from({ length: count }, () => new Heap(rank));
    this.front = new Heap(rank);
    this.places = demand.places.slice();
    this.standing = new Int32Array(count).fill(NOWHERE);
    this.offeredBy = new Int32Array(count).fill(NOWHERE);
  }

  arrive(job: number): void {
    const queue = this.demand.queueOf[job] ?? 0;
    const waiting = this.queueAt(queue);
    waiting.push(job);
    if (waiting.top() === job) this.standAt(queue, this.standing[queue] ?? NOWHERE);
  }

  /** The job has ended. */
  giveBack(job: number): void {
    const { from, items } = this.demand.gives;
    const queue = this.demand.queueOf[job] ?? 0;
    for (let i = from[queue] ?? 0; i < (from[queue + 1] ?? 0); i++) {
      const scope = items[i] ?? 0;
      const places = (this.places[scope] ?? 0) + 1;
      this.places[scope] = places;
      if (places === 1) this.freed.push(scope);
    }
  }

  moveDoor(scope: number, isOpen: boolean): void {
    this.places[scope] = isOpen ? OPEN : 0;
    if (isOpen) this.freed.push(scope);
  }

  /** The first job in the order that may start now; it has its places then. -1 when nothing may. */
  next(): number {
    for (const scope of this.freed) this.offer(scope);
    this.freed.length = 0;
    for (let job = this.front.pop(); job >= 0; job = this.front.pop()) {
      const queue = this.demand.queueOf[job] ?? 0;
      if (this.standing[queue] !== IN_FRONT || this.queueAt(queue).top() !== job) continue;
      const lacking = this.lackingScope(queue);
      if (lacking === NOWHERE) this.leave(queue);
      else this.standAt(queue, lacking);
      this.offerOn(queue);
      if (lacking === NOWHERE) return job;
    }
    return -1;
  }

  private leave(queue: number): void {
    const { from, items } = this.demand.takes;
    for (let i = from[queue] ?? 0; i < (from[queue + 1] ?? 0); i++) {
      const scope = items[i] ?? 0;
      this.places[scope] = (this.places[scope] ?? 0) - 1;
    }
    const waiting = this.queueAt(queue);
    waiting.pop();
    this.standing[queue] = NOWHERE;
    if (waiting.size > 0) this.standAt(queue, NOWHERE);
  }

  /** The first job of the queue stands with those who lack a place in a scope, or in front. */
  private standAt(queue: number, scope: number): void {
    const where = scope === NOWHERE ? IN_FRONT : scope;
    this.standing[queue] = where;
    (where === IN_FRONT ? this.front : this.asideAt(where)).push(this.queueAt(queue).top());
  }

  /** A free place of the scope goes to the first of those who lack one. */
  private offer(scope: number): void {
    const waiting = this.aside[scope];
    if (!waiting || (this.places[scope] ?? 0) <= 0) return;
    for (let job = waiting.pop(); job >= 0; job = waiting.pop()) {
      const queue = this.demand.queueOf[job] ?? 0;
      if (this.standing[queue] !== scope || this.queueAt(queue).top() !== job) continue;
      this.offeredBy[queue] = scope;
      return this.standAt(queue, NOWHERE);
    }
  }

  /** What the queue made of a place that was offered to it is known: the next one may have what is left. */
  private offerOn(queue: number): void {
    const scope = this.offeredBy[queue] ?? NOWHERE;
    this.offeredBy[queue] = NOWHERE;
    if (scope !== NOWHERE) this.offer(scope);
  }

  private lackingScope(queue: number): number {
    const { from, items } = this.demand.takes;
    for (let i = from[queue] ?? 0; i < (from[queue + 1] ?? 0); i++) {
      const scope = items[i] ?? 0;
      if ((this.places[scope] ?? 0) <= 0) return scope;
    }
    return NOWHERE;
  }

  private queueAt(queue: number): Heap {
    const known = this.queues[queue];
    if (!known) throw new Error(`there is no queue ${queue}`);
    return known;
  }

  private asideAt(scope: number): Heap {
    return (this.aside[scope] ??= new Heap(this.rank));
  }
}
