import { NOW } from './estate';

/** A clock that moves only when told. */
export class Clock {
  private ms: number;

  constructor(start = NOW) {
    this.ms = Date.parse(start);
  }

  readonly now = (): Date => new Date(this.ms);

  pass(ms: number): void {
    this.ms += ms;
  }
}
