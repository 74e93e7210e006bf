import type { Clock } from '../clock';
import type { Labels } from './silence';
import type { Silences } from './silences';

/** An alert that would have woken somebody although nothing was wrong: the work was planned. */
export interface FalseAlarm {
  readonly labels: Labels;
  /** When the condition began. */
  readonly since: number;
  /** When nobody was silencing it. */
  readonly at: number;
}

interface Condition {
  readonly labels: Labels;
  readonly since: number;
  alarmed: boolean;
  /** Remembered so that a look at many conditions stays cheap. */
  coveredBy?: string | undefined;
}

/** Watches conditions (host down, unit down) and notes each one that no active silence covers, once. */
export class AlertWatch {
  readonly falseAlarms: FalseAlarm[] = [];
  private readonly conditions = new Map<string, Condition>();

  constructor(
    private readonly silences: Silences,
    private readonly clock: Clock,
  ) {}

  raise(labels: Labels): void {
    const key = keyOf(labels);
    if (this.conditions.has(key)) return;
    const condition: Condition = { labels, since: this.clock.now(), alarmed: false };
    this.conditions.set(key, condition);
    this.check(condition);
  }

  resolve(labels: Labels): void {
    this.conditions.delete(keyOf(labels));
  }

  /** Looks at everything that is wrong again: silences end by themselves or by hand. Call it often. */
  checkAll(): void {
    for (const condition of this.conditions.values()) this.check(condition);
  }

  private check(condition: Condition): void {
    if (condition.alarmed) return;
    if (condition.coveredBy !== undefined && this.silences.isActive(condition.coveredBy)) return;
    condition.coveredBy = this.silences.covering(condition.labels);
    if (condition.coveredBy !== undefined) return;
    condition.alarmed = true;
    this.falseAlarms.push({ labels: condition.labels, since: condition.since, at: this.clock.now() });
  }
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort());
}
