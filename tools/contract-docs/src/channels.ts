import {
  CHANGE_APPROVED,
  commands,
  CONDITION_MET,
  CONDITION_WITHDRAWN,
  events,
  messages,
  subjects,
} from '@patchtide/contracts';
import { consumers, STREAMS } from '@patchtide/messaging';

type Parameters = Readonly<
  Record<string, { readonly description: string; readonly enum?: readonly string[] }>
>;

export interface Channel {
  readonly description: string;
  /** Null where every sender names an address of its own for the answers. */
  readonly address: string | null;
  readonly parameters?: Parameters;
  readonly messages: readonly string[];
  readonly stream?: string;
  /** The durable consumer that reads it, with the numbers that others have to know. */
  readonly consumer?: { readonly durable: string; readonly ackWaitMs: number; readonly maxDeliver: number };
}

export interface Operation {
  /** Seen from the control side of Patchtide; an executor does the opposite. */
  readonly action: 'send' | 'receive';
  readonly channel: string;
  readonly summary: string;
  readonly hasReply?: boolean;
}

// In the order of their names: another compiler keeps the classes in another order.
const types = (table: object) => Object.keys(table).sort();

// Subjects are asked for with names that stand for themselves, and these become parameters.
const address = (subject: string) => subject.replace(/\b[A-Z]+_HERE\b/g, (name) => `{${nameOf(name)}}`);
const nameOf = (placeholder: string) => placeholder.replace('_HERE', '').toLowerCase();
const reader = ({ durable, ackWaitMs, maxDeliver }: ReturnType<typeof consumers.work>) => ({
  durable: address(durable),
  ackWaitMs,
  maxDeliver,
});

const { ImportLandscape, ...campaignCommands } = commands;
const { WorkOrder, ...reports } = messages;
const zone = { description: 'Network zone of the server, or `all` where one executor serves every zone.' };

const fixed: Readonly<Record<string, Channel>> = {
  changesApproved: {
    description: `Approved changes, as CloudEvents of type ${CHANGE_APPROVED}, from other services.`,
    address: subjects.changesApproved,
    messages: ['ChangeApproved'],
    stream: STREAMS.changes,
    consumer: reader(consumers.changes()),
  },
  conditionsPublished: {
    description: `Conditions of the business that services publish and withdraw, as CloudEvents of type ${CONDITION_MET} and ${CONDITION_WITHDRAWN}.`,
    address: subjects.conditionsPublished,
    messages: ['ConditionPublished'],
    stream: STREAMS.conditions,
    consumer: reader(consumers.conditions()),
  },
  campaignCommands: {
    description: 'Commands to a campaign, by request and reply, as `{ type, data }`.',
    address: subjects.campaignCommands,
    messages: types(campaignCommands),
  },
  landscapeCommands: {
    description: 'Commands to the landscape, by request and reply, as `{ type, data }`.',
    address: subjects.landscapeCommands,
    messages: [ImportLandscape.name],
  },
  replies: {
    description: "Replies to commands, on the request's own inbox.",
    address: null,
    messages: ['CommandAccepted', 'CommandRefused'],
  },
  work: {
    description: 'Work orders for executors on hosts, one subject per network zone.',
    address: address(subjects.work('host', 'ZONE_HERE')),
    parameters: { zone },
    messages: [WorkOrder.name],
    stream: STREAMS.work,
    consumer: reader(consumers.work('host', 'ZONE_HERE')),
  },
  suppressionWork: {
    description: 'Work orders for mutes and holds in foreign systems.',
    address: address(subjects.work('suppression', 'ZONE_HERE')),
    parameters: { zone },
    messages: [WorkOrder.name],
    stream: STREAMS.work,
    consumer: reader(consumers.work('suppression', 'ZONE_HERE')),
  },
  reports: {
    description: 'What executors have seen. Reports are facts from outside; events are our decisions.',
    address: address(subjects.reports('CAMPAIGN_HERE')),
    parameters: { campaign: { description: 'Id of the campaign.' } },
    messages: types(reports),
    stream: STREAMS.reports,
    consumer: reader(consumers.reports('CAMPAIGN_HERE')),
  },
  deadLetters: {
    description: 'Messages that could not be handled.',
    address: address(subjects.dead('STREAM_HERE')),
    parameters: {
      stream: { description: 'The stream it was taken from.', enum: Object.values(STREAMS).sort() },
    },
    messages: ['DeadLetter'],
    stream: STREAMS.dead,
  },
};

const eventChannels = Object.fromEntries(
  Object.entries(events).map(([category, table]): [string, Channel] => [
    `${category}Events`,
    {
      description: `Events of ${category} streams, in the order of the global log.`,
      address: address(subjects.event(category, 'STREAM_HERE', 'TYPE_HERE')),
      parameters: {
        stream: {
          description: `The stream, \`${category}-<id>\`; what a token cannot hold is an underscore.`,
        },
        type: { description: 'Type of the event.', enum: types(table) },
      },
      messages: types(table),
      stream: STREAMS.events,
    },
  ]),
);

export const channels: Readonly<Record<string, Channel>> = { ...fixed, ...eventChannels };

export const operations: Readonly<Record<string, Operation>> = {
  receiveApprovedChange: {
    action: 'receive',
    channel: 'changesApproved',
    summary: 'An approved change begins a campaign.',
  },
  receiveCondition: {
    action: 'receive',
    channel: 'conditionsPublished',
    summary: 'A condition opens the gates that ask for it, or closes them.',
  },
  answerCampaignCommand: {
    action: 'receive',
    channel: 'campaignCommands',
    summary: 'Carries out a command to a campaign and answers.',
    hasReply: true,
  },
  answerLandscapeCommand: {
    action: 'receive',
    channel: 'landscapeCommands',
    summary: 'Carries out a command to the landscape and answers.',
    hasReply: true,
  },
  orderWork: { action: 'send', channel: 'work', summary: 'Hands an attempt to the executors of a zone.' },
  orderSuppression: {
    action: 'send',
    channel: 'suppressionWork',
    summary: 'Hands a mute or a hold to its executor.',
  },
  receiveReport: {
    action: 'receive',
    channel: 'reports',
    summary: 'Hears from an executor about an attempt.',
  },
  putAside: {
    action: 'send',
    channel: 'deadLetters',
    summary: 'Puts a message aside that nobody can handle.',
  },
  ...Object.fromEntries(
    Object.keys(events).map((category): [string, Operation] => [
      `publish${category.charAt(0).toUpperCase()}${category.slice(1)}Event`,
      {
        action: 'send',
        channel: `${category}Events`,
        summary: `Publishes an event of a ${category} stream.`,
      },
    ]),
  ),
};
