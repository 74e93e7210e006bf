import { randomUUID } from 'node:crypto';
import {
  type CampaignEvent,
  type Change,
  EVENT_VERSION,
  eventFaults,
  type Landscape,
  type LandscapeCaptured,
  parseEvent,
  type PlanEvent,
  streamOf,
} from '@patchtide/contracts';
import { buildPlan, checkPlanInput } from '@patchtide/domain';
import { canonicalJson, type EventStore, VersionConflict } from '@patchtide/event-store';
import type { PolicyFolder } from './policy-folder';

const PAGE = 1_000;

/** Makes the plan of a captured landscape and records it, or records everything that prevents it. */
export class PlanMaker {
  constructor(
    private readonly store: EventStore,
    private readonly policies: Pick<PolicyFolder, 'find'>,
    private readonly now: () => Date,
  ) {}

  /** Does nothing when the revision has its answer already, so a repeated event is harmless. */
  async makePlan(captured: LandscapeCaptured): Promise<PlanEvent['type'] | 'already-made'> {
    const past = await this.store.read(streamOf.plan(captured.campaign));
    if (past.some((event) => event.data['revision'] === captured.revision)) return 'already-made';
    const event = await this.answer(captured);
    try {
      await this.append(event, past.length);
    } catch (error) {
      // Another instance was faster, perhaps with another revision: look again.
      if (error instanceof VersionConflict) return this.makePlan(captured);
      throw error;
    }
    return event.type;
  }

  private async append(event: PlanEvent, expectedVersion: number): Promise<void> {
    const { type, data } = event;
    const checked = parseEvent('plan', type, data);
    if (!checked.ok) throw new Error(`${type} is not a valid event: ${JSON.stringify(checked.faults)}`);
    const cause = { correlation: data.campaign, actor: 'plan-generator', recordedAt: data.at };
    const events = [{ id: randomUUID(), type, schemaVersion: EVENT_VERSION, data }];
    await this.store.append([{ stream: streamOf.plan(data.campaign), expectedVersion, events }], cause);
  }

  private async answer(captured: LandscapeCaptured): Promise<PlanEvent> {
    const { campaign, revision, landscapeDigest } = captured;
    const change = await this.changeOf(campaign, revision);
    const landscape = JSON.parse(await this.document(landscapeDigest)) as Landscape;
    const at = this.now().toISOString();
    const found = await this.policies.find(change.policy);
    if (!found.ok) {
      const faults = [...found.faults, ...checkPlanInput({ landscape, change, at, policy: null })];
      return { type: 'PlanRejected', data: { campaign, revision, faults: eventFaults(faults), at } };
    }
    const policyDigest = await this.store.putDocument('policy', canonicalJson(found.policy));
    const result = buildPlan({ landscape, policy: found.policy, change, at, landscapeDigest, policyDigest });
    if (!result.ok) {
      return { type: 'PlanRejected', data: { campaign, revision, faults: eventFaults(result.faults), at } };
    }
    const { plan } = result;
    const digests = {
      ...{ landscapeDigest, policyDigest },
      planDigest: await this.store.putDocument('plan', canonicalJson(plan)),
    };
    const counts = { jobs: plan.jobs.length, servers: Object.keys(plan.servers).length };
    const { end: forecastEnd, fits } = plan.forecast;
    return {
      type: 'PlanGenerated',
      data: { campaign, revision, ...digests, ...counts, forecastEnd, fits, at },
    };
  }

  private async changeOf(campaign: string, revision: number): Promise<Change> {
    for (let from = 1; ; from += PAGE) {
      const page = await this.store.read(streamOf.campaign(campaign), from, PAGE);
      for (const stored of page) {
        const event = { type: stored.type, data: stored.data } as unknown as CampaignEvent;
        if (event.type === 'ChangeAccepted' && event.data.revision === revision) return event.data.change;
      }
      if (page.length < PAGE) throw new Error(`campaign ${campaign} has no change of revision ${revision}`);
    }
  }

  private async document(digest: string): Promise<string> {
    const document = await this.store.getDocument(digest);
    if (!document) throw new Error(`document ${digest} is not stored`);
    return document.text;
  }
}
