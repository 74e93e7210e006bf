import type { Fault } from '@patchtide/contracts';

/** An input is not usable; carries everything that is wrong with it. */
export class FaultsFound extends Error {
  override readonly name = 'FaultsFound';

  constructor(
    message: string,
    readonly faults: readonly Fault[],
    readonly nextStep?: string,
  ) {
    super(message);
  }
}
