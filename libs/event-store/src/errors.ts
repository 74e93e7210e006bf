/** The stream is not at the version that the decision was based on. Normal under concurrency: load, decide, retry. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';

  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`stream ${stream} is at version ${actual}, expected ${expected}`);
  }
}

/** An event id of this append stands at another place already; nothing was appended. */
export class EventIdReused extends Error {
  override readonly name = 'EventIdReused';

  constructor(
    readonly eventId: string,
    options?: ErrorOptions,
  ) {
    super(`event id ${eventId} is used already`, options);
  }
}

/** The caller's mistake, found before anything was sent; carries every fault. */
export class InvalidAppend extends Error {
  override readonly name = 'InvalidAppend';

  constructor(readonly faults: readonly string[]) {
    super(faults.join('; '));
  }
}

/** A text that cannot be stored byte for byte, or a document whose stored bytes do not match its digest. */
export class InvalidDocument extends Error {
  override readonly name = 'InvalidDocument';
}

/** Another instance advanced or reset this consumer's checkpoint. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
}

/** The carrier holds more than the log: somebody else published, or Postgres was restored to the past. */
export class TargetAhead extends Error {
  override readonly name = 'TargetAhead';

  constructor(
    readonly lastSequence: number,
    readonly head: number,
  ) {
    super(
      `the carrier ends at ${lastSequence} but the log at ${head}: a foreign publisher, or a database restored to the ` +
        'past. Publishing has stopped. Find out which, then delete the carrier stream; it is refilled from the log.',
    );
  }
}

/** An applied migration is not the one in this program. */
export class MigrationChanged extends Error {
  override readonly name = 'MigrationChanged';
}
