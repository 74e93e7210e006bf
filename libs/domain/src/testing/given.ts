import type { CampaignEvent, Plan } from '@patchtide/contracts';
import type { CampaignCommand } from '../campaign/commands';
import { decide } from '../campaign/decide';
import { evolve } from '../campaign/evolve';
import { type Campaign, initialCampaign } from '../campaign/state';
import { Rejected } from '../rejected';

/** `given(plan, ...past).when(command)`: the events of one decision, or its `Rejected`. The plan may be null before there is one. */
export function given(plan: Plan | null, ...past: readonly CampaignEvent[]) {
  return { when: (command: CampaignCommand): CampaignEvent[] => decide(fold(plan, past), command) };
}

/** The campaign that these events tell of. */
export function fold(plan: Plan | null, past: readonly CampaignEvent[]): Campaign {
  const plans = new Map(plan ? [[plan.digest, plan]] : []);
  return past.reduce((campaign, event) => evolve(campaign, event, plans), initialCampaign());
}

/** The types of events, in their order. */
export function typesOf(events: readonly CampaignEvent[]): string[] {
  return events.map((event) => event.type);
}

type DataOf = { readonly [E in CampaignEvent as E['type']]: E['data'] };

/** The data of every event of one type. */
export function dataOf<T extends keyof DataOf>(events: readonly CampaignEvent[], type: T): DataOf[T][] {
  return events.flatMap((event) => (event.type === type ? [event.data as DataOf[T]] : []));
}

/** The refusal that an act meets; a test that asks for one does not expect the act to succeed. */
export function refusalOf(act: () => unknown): Rejected {
  try {
    act();
  } catch (error) {
    if (error instanceof Rejected) return error;
    throw error;
  }
  throw new Error('the act was not refused');
}
