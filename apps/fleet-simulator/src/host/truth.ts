/** How a command ended as seen by the host itself. */
export type Ending = 'exited' | 'killed' | 'host-went-down';

/** One command that really ran on a host. A repeated `until` step is one entry with its number of tries. */
export interface Execution {
  readonly server: string;
  /** Absent for commands outside the step journal. */
  readonly attemptId?: string;
  readonly step?: number;
  readonly argv: readonly string[];
  /** Milliseconds since the epoch, host time. */
  readonly startedAt: number;
  readonly bootId: string;
  tries: number;
  endedAt?: number;
  code?: number;
  ending?: Ending;
}

/** What happened to one attempt id. `executions` above 1 breaks the promise of the step journal. */
export interface AttemptTruth {
  readonly attemptId: string;
  readonly server: string;
  requests: number;
  executions: number;
  refusals: number;
  startedAt?: number;
  endedAt?: number;
  exitCode?: number;
}

/** A unit, a cron file, or a whole host (unit absent) that came or went. */
export interface Transition {
  readonly server: string;
  readonly unit?: string;
  readonly up: boolean;
  readonly at: number;
  readonly bootId: string;
}

/** What really happened on all hosts, in order: the record that a checker holds against the orchestrator's own story. */
export class Truth {
  readonly executions: Execution[] = [];
  readonly transitions: Transition[] = [];
  readonly attempts = new Map<string, AttemptTruth>();

  attempt(server: string, attemptId: string): AttemptTruth {
    const key = `${server} ${attemptId}`;
    const known = this.attempts.get(key);
    if (known !== undefined) return known;
    const fresh: AttemptTruth = { attemptId, server, requests: 0, executions: 0, refusals: 0 };
    this.attempts.set(key, fresh);
    return fresh;
  }

  begin(execution: Omit<Execution, 'tries'>): Execution {
    const entry = { ...execution, tries: 1 };
    this.executions.push(entry);
    return entry;
  }
}
