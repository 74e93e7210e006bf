import type { Cancel, Clock } from '../clock';

interface Appointment {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that moves only when told to. */
export class ManualClock implements Clock {
  private readonly appointments = new Set<Appointment>();

  constructor(private time = Date.parse('2026-11-29T21:00:00Z')) {}

  now(): number {
    return this.time;
  }

  after(delayMs: number, run: () => void): Cancel {
    const appointment = { at: this.time + Math.max(0, delayMs), run };
    this.appointments.add(appointment);
    return () => this.appointments.delete(appointment);
  }

  /** Moves the time forward and keeps every appointment on the way, in order. */
  advance(byMs: number): void {
    const end = this.time + byMs;
    for (let next = this.nextUntil(end); next !== undefined; next = this.nextUntil(end)) {
      this.appointments.delete(next);
      this.time = next.at;
      next.run();
    }
    this.time = end;
  }

  private nextUntil(end: number): Appointment | undefined {
    let first: Appointment | undefined;
    for (const appointment of this.appointments) {
      if (appointment.at <= end && (first === undefined || appointment.at < first.at)) first = appointment;
    }
    return first;
  }
}
