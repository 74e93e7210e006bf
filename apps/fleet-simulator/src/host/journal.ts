import type { HostFacts, JournalState, RunnerStep, RunnerStatus } from '@patchtide/connectors/remote-shell';
import type { Cancel } from '../clock';
import type { Process } from './running-process';

/** Who follows an attempt: gets output as it comes, and the status once, at the end. */
export interface Follower {
  output(chunk: Buffer): void;
  status(status: RunnerStatus): void;
}

/** The step journal of one attempt, as the host's disk keeps it, and what holds its lock while it runs. */
export interface Journal {
  readonly attemptId: string;
  readonly command: string;
  readonly steps: readonly RunnerStep[];
  epoch: number;
  startedBootId?: string;
  output: Buffer;
  facts: HostFacts;
  exitCode?: number;
  /** Present while the runner lives: the lock is held. */
  runner?: LiveRunner | undefined;
}

export interface LiveRunner {
  readonly followers: Set<Follower>;
  process?: Process | undefined;
  cancelTimeout?: Cancel | undefined;
  cancelRetry?: Cancel | undefined;
}

/** The same request is the same command; the epoch is not part of it. */
export function commandText(steps: readonly RunnerStep[]): string {
  return JSON.stringify(steps.map(({ mode, timeoutMs, argv }) => [mode, timeoutMs, argv]));
}

export function journalState(journal: Journal | undefined, bootId: string): JournalState {
  if (journal === undefined) return 'absent';
  if (journal.exitCode !== undefined) return 'exited';
  if (journal.runner !== undefined) return 'running';
  if (journal.startedBootId === undefined) return 'claimed';
  return journal.startedBootId === bootId ? 'interrupted' : 'rebooted';
}

export function journalStatus(journal: Journal | undefined, bootId: string): RunnerStatus {
  return {
    state: journalState(journal, bootId),
    ...(journal?.exitCode !== undefined && { code: journal.exitCode }),
    bootId,
    ...(journal?.startedBootId !== undefined && { startedBootId: journal.startedBootId }),
    outputBytes: journal?.output.length ?? 0,
  };
}
