import { type Cause, MemoryEventStore, type StreamAppend } from '@patchtide/event-store';

/** The store in memory, whose answers can be lost or held back as those of a database far away. */
export class FailingStore extends MemoryEventStore {
  readonly appends: { readonly appends: readonly StreamAppend[]; readonly cause: Cause }[] = [];
  /** Errors of the next appends, one each. `storedAnyway` loses only the answer. */
  readonly failures: { readonly error: Error; readonly storedAnyway: boolean }[] = [];
  /** Awaited before an append is stored. */
  gate: Promise<void> = Promise.resolve();

  override async append(appends: readonly StreamAppend[], cause: Cause) {
    this.appends.push({ appends, cause });
    await this.gate;
    const failure = this.failures.shift();
    if (failure && !failure.storedAnyway) throw failure.error;
    const appended = await super.append(appends, cause);
    if (failure) throw failure.error;
    return appended;
  }
}

/** A gate that stays closed until it is opened. */
export function closedGate(): { readonly gate: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  return { gate, open };
}
