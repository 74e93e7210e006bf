import { type Command, type Fault, subjects } from '@patchtide/contracts';
import { Rejected } from '@patchtide/domain';
import { type Bus, NoResponders, RequestTimeout } from '@patchtide/messaging';

const TIMEOUT_MS = 10_000;

interface Problem {
  readonly status?: number;
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly nextStep?: string;
  readonly faults?: readonly Fault[];
}

/** The service that owns the command did not answer; whether it was carried out may be unknown. */
export class ServiceUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';
}

/** Sends commands to the services that own the streams, and turns their refusals back into errors. */
export class CommandClient {
  constructor(private readonly bus: Bus) {}

  /** @throws Rejected when a rule said no; ServiceUnavailable when nobody answered */
  async send(command: Command): Promise<Record<string, unknown>> {
    const subject =
      command.type === 'ImportLandscape' ? subjects.landscapeCommands : subjects.campaignCommands;
    const reply = await this.bus
      .request(subject, command, { timeoutMs: TIMEOUT_MS })
      .catch((error: unknown) => {
        if (error instanceof NoResponders || error instanceof RequestTimeout)
          throw new ServiceUnavailable(error.message, { cause: error });
        throw error;
      });
    const answer = reply as { ok?: boolean; problem?: Problem } & Record<string, unknown>;
    if (answer.ok === true) return answer;
    throw rejectionOf(answer.problem ?? {});
  }
}

function rejectionOf(problem: Problem): Error {
  if ((problem.status ?? 500) >= 500)
    return new ServiceUnavailable(problem.detail ?? problem.title ?? 'the command failed');
  return new Rejected(
    problem.code ?? 'refused',
    problem.detail ?? problem.title ?? 'the command was refused',
    problem.nextStep ?? '',
    problem.faults ?? [],
  );
}
