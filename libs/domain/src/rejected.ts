import type { Fault } from '@patchtide/contracts';

/** A rule said no. Expected, shown to whoever asked, never retried. `code` is stable, in kebab-case. */
export class Rejected extends Error {
  override readonly name = 'Rejected';

  constructor(
    readonly code: string,
    message: string,
    readonly nextStep: string,
    readonly faults: readonly Fault[] = [],
  ) {
    super(message);
  }
}

/** Makes the compiler prove that a switch covers every case. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
