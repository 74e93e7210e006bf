import type { HostFacts } from '@patchtide/connectors/remote-shell';
import type { Cancel, Clock } from '../clock';
import type { Command, CommandEnd } from './program';
import type { Ending, Execution } from './truth';

export interface ProcessListener {
  output(text: string): void;
  error(text: string): void;
  /** Told before the end. */
  facts?(facts: HostFacts): void;
  /** `code` is there exactly when the command exited by itself. */
  end(ending: Ending, code?: number): void;
}

export interface Process {
  readonly record: Execution;
  /** Ends it without an exit code; its `abandon` takes effect. */
  kill(ending?: Ending): void;
}

/** One command between its start and its end: a duration, output on the way, and an effect. */
export class RunningProcess implements Process {
  private readonly cancels: Cancel[] = [];
  private command: Command | undefined;
  private hasEnded = false;

  constructor(
    readonly record: Execution,
    private readonly listener: ProcessListener,
    private readonly clock: Clock,
    private readonly forget: () => void,
  ) {}

  run(command: Command, durationMs: number): void {
    this.command = command;
    const progress = command.progress ?? [];
    const isTimed = durationMs > 0 && Number.isFinite(durationMs);
    const steps = isTimed ? progress : progress.length > 0 ? [progress.join('')] : [];
    const pauseMs = isTimed ? durationMs / (steps.length + 1) : 0;
    for (const [at, text] of steps.entries()) this.later(pauseMs * at, () => this.listener.output(text));
    if (Number.isFinite(durationMs)) this.later(durationMs, () => this.exit(command.finish()));
  }

  midway(durationMs: number, strike: () => void): void {
    this.later(durationMs / 2, strike);
  }

  kill(ending: Ending = 'killed'): void {
    if (this.hasEnded) return;
    this.command?.abandon?.();
    this.end(ending);
  }

  private later(delayMs: number, run: () => void): void {
    this.cancels.push(this.clock.after(delayMs, run));
  }

  private exit({ code, output = '', error = '', facts }: CommandEnd): void {
    if (output !== '') this.listener.output(output);
    if (error !== '') this.listener.error(error);
    if (facts !== undefined) this.listener.facts?.(facts);
    this.end('exited', code);
  }

  private end(ending: Ending, code?: number): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.cancels.forEach((cancel) => cancel());
    this.forget();
    this.record.ending = ending;
    this.record.endedAt = this.clock.now();
    if (code !== undefined) this.record.code = code;
    this.listener.end(ending, code);
  }
}
