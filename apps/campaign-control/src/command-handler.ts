import {
  type CampaignEvent,
  type Command,
  type ControlCondition,
  parseCommand,
  type Parsed,
} from '@patchtide/contracts';
import { type CampaignCommand, Rejected } from '@patchtide/domain';
import { changeFrom } from './accept-change';
import type { CampaignDirectory } from './directory';

/** What a command's sender gets back. */
export interface Accepted {
  readonly ok: true;
  readonly campaign: string;
  /** Types of the events that the command led to, itself and what followed at once. */
  readonly events: readonly string[];
}

type Directory = Pick<CampaignDirectory, 'command' | 'submitChange'>;

/**
 * Carries out a command that arrived as `{ type, data }`. Undefined when another instance holds the campaign.
 * @throws Rejected with every fault of the command, or with the rule that said no
 */
export async function handleCommand(
  directory: Directory,
  message: unknown,
  now: Date,
): Promise<Accepted | undefined> {
  const { type, data } = (typeof message === 'object' && message !== null ? message : {}) as {
    type?: unknown;
    data?: unknown;
  };
  if (type === 'SubmitChange')
    refuseFaults(
      changeFrom((data as { change?: unknown } | undefined)?.change),
      'the change is not acceptable',
    );
  const parsed = parseCommand(String(type), data);
  refuseFaults(parsed, 'the command is not valid');
  const { campaign, events } = await carryOut(directory, parsed.value, now.toISOString());
  return events && { ok: true, campaign, events: events.map((event) => event.type) };
}

function refuseFaults<T>(
  parsed: Parsed<T>,
  what: string,
): asserts parsed is Extract<Parsed<T>, { ok: true }> {
  if (!parsed.ok)
    throw new Rejected('invalid-command', what, 'Correct the faults and send it again.', parsed.faults);
}

type Outcome = { readonly campaign: string; readonly events: readonly CampaignEvent[] | undefined };

async function carryOut(directory: Directory, command: Command, at: string): Promise<Outcome> {
  switch (command.type) {
    case 'SubmitChange':
      return {
        campaign: command.data.change.id,
        events: await directory.submitChange(command.data.change, command.data.change.requestedBy),
      };
    case 'ImportLandscape':
      throw new Rejected(
        'not-here',
        'landscapes are imported by cmdb-import',
        'Send the command on patchtide.commands.landscape.',
      );
    default: {
      const { campaign, actor } = command.data;
      return { campaign, events: await directory.command(campaign, campaignCommand(command, at), actor.by) };
    }
  }
}

const VERBS = { start: 'Start', pause: 'Pause', resume: 'Resume', abort: 'Abort' } as const;

function campaignCommand(
  command: Exclude<Command, { type: 'SubmitChange' | 'ImportLandscape' }>,
  at: string,
): CampaignCommand {
  const wish = { ...command.data.actor, at };
  switch (command.type) {
    case 'ApproveCampaign':
      return { type: 'Approve', planDigest: command.data.planDigest, ...wish };
    case 'ControlCampaign':
      return { type: VERBS[command.data.verb], ...wish };
    case 'ControlCondition':
      return stateCondition(command.data, wish);
    default:
      return { type: 'ControlJob', verb: command.data.verb, job: command.data.job, ...wish };
  }
}

type Wish = { readonly by: string; readonly reason: string; readonly at: string };

function stateCondition({ condition, verb, until }: ControlCondition, wish: Wish): CampaignCommand {
  if (verb === 'publish')
    return {
      type: 'StateCondition',
      condition,
      met: true,
      ...(until === undefined ? {} : { until }),
      ...wish,
    };
  if (until === undefined) return { type: 'StateCondition', condition, met: false, ...wish };
  const remedy = 'Leave it out: what is withdrawn stays so until it is published again.';
  const faults = [{ path: '/until', message: 'goes with publish only', remedy }];
  throw new Rejected(
    'invalid-command',
    'the command is not valid',
    'Correct the faults and send it again.',
    faults,
  );
}
