import { type Command, subjects } from '@patchtide/contracts';
import type { Bus, Problem } from '@patchtide/messaging';
import { ProblemError } from '@patchtide/service-kit';

const TIMEOUT_MS = 10_000;

/** Sends commands to the services that own the streams, and turns their refusals back into errors. */
export class CommandClient {
  constructor(private readonly bus: Pick<Bus, 'request'>) {}

  /**
   * The service's own answer.
   * @throws ProblemError with its refusal; NoResponders when nobody is there; RequestTimeout when it is unknown whether
   *   the command was carried out
   */
  async send<A extends { readonly ok: true }>(command: Command): Promise<A> {
    const subject =
      command.type === 'ImportLandscape' ? subjects.landscapeCommands : subjects.campaignCommands;
    const answer = await this.bus.request(subject, command, { timeoutMs: TIMEOUT_MS });
    const { ok, problem } = (answer ?? {}) as { readonly ok?: unknown; readonly problem?: Problem };
    if (ok === true) return answer as A;
    const { status = 500, code = 'refused', title = 'Refused', detail = title, ...rest } = problem ?? {};
    throw new ProblemError({ ...rest, status, code, title, detail });
  }
}
