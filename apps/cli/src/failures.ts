import type { Fault } from '@patchtide/contracts';

/** It was refused or did not work. Carries everything that is wrong, and what to do next. */
export class Failed extends Error {
  override readonly name: string = 'Failed';

  constructor(
    message: string,
    readonly faults: readonly Fault[] = [],
    readonly nextStep = '',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The command line itself is wrong; nothing was tried. */
export class Misused extends Error {
  override readonly name = 'Misused';
}

/** A signal asked us to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** Asked whether there is something, and there is: no failure, and everything is said already. */
export class Found extends Error {
  override readonly name = 'Found';
}
