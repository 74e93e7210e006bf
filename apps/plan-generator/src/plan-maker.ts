import { randomUUID } from 'node:crypto';
import {
  type CampaignEvent,
  type Change,
  EVENT_VERSION,
  type Landscape,
  type LandscapeCaptured,
  parseEvent,
  type PlanEvent,
  streamOf,
} from '@patchtide/contracts';
import { buildPlan, checkPlanInput } from '@patchtide/domain';
import { canonicalJson, type EventStore, VersionConflict } from '@patchtide/event-store';
import type { PolicyFolder } from './policy-folder';

/** Faults beyond this many help nobody and would not fit an event. */
const MAX_FAULTS = 500;

/** Makes the plan of a captured landscape and records it, or records everything that prevents it. */
export class PlanMaker {
  constructor(
    private readonly store: EventStore,
    private readonly policies: PolicyFolder,
    private readonly now: () => Date,
  ) {}

  /** Does nothing when the revision has its answer already, so a repeated event is harmless. */
  async makePlan(captured: LandscapeCaptured): Promise<PlanEvent['type'] | 'already-made'> {
    const stream = streamOf.plan(captured.campaign);
    const past = await this.store.read(stream);
    if (past.some((event) => event.data['revision'] === captured.revision)) return 'already-made';
    const event = await this.answer(captured);
    const checked = parseEvent('plan', event.type, event.data);
    if (!checked.ok) throw new Error(`${event.type} is not a valid event: ${JSON.stringify(checked.faults)}`);
    const cause = { correlation: captured.campaign, actor: 'plan-generator', recordedAt: event.data.at };
    const appended = { id: randomUUID(), type: event.type, schemaVersion: EVENT_VERSION, data: event.data };
    try {
      await this.store.append([{ stream, expectedVersion: past.length, events: [appended] }], cause);
    } catch (error) {
      if (error instanceof VersionConflict) return 'already-made';
      throw error;
    }
    return event.type;
  }

  private async answer(captured: LandscapeCaptured): Promise<PlanEvent> {
    const { campaign, revision, landscapeDigest } = captured;
    const change = await this.changeOf(campaign, revision);
    const landscape = JSON.parse(await this.document(landscapeDigest)) as Landscape;
    const at = this.now().toISOString();
    const found = await this.policies.find(change.policy);
    if (!found.ok) {
      const faults = [...found.faults, ...checkPlanInput({ landscape, change, at, policy: null })].slice(
        0,
        MAX_FAULTS,
      );
      return { type: 'PlanRejected', data: { campaign, revision, faults, at } };
    }
    const policyDigest = await this.store.putDocument('policy', canonicalJson(found.policy));
    const result = buildPlan({ landscape, policy: found.policy, change, at, landscapeDigest, policyDigest });
    if (!result.ok)
      return {
        type: 'PlanRejected',
        data: { campaign, revision, faults: result.faults.slice(0, MAX_FAULTS), at },
      };
    const { plan } = result;
    const planDigest = await this.store.putDocument('plan', canonicalJson(plan));
    const counts = { jobs: plan.jobs.length, servers: Object.keys(plan.servers).length };
    const { end: forecastEnd, fits } = plan.forecast;
    return {
      type: 'PlanGenerated',
      data: {
        campaign,
        revision,
        planDigest,
        landscapeDigest,
        policyDigest,
        ...counts,
        forecastEnd,
        fits,
        at,
      },
    };
  }

  private async changeOf(campaign: string, revision: number): Promise<Change> {
    for (const stored of await this.store.read(streamOf.campaign(campaign))) {
      const event = { type: stored.type, data: stored.data } as unknown as CampaignEvent;
      if (event.type === 'ChangeAccepted' && event.data.revision === revision) return event.data.change;
    }
    throw new Error(`campaign ${campaign} has no change of revision ${revision}`);
  }

  private async document(digest: string): Promise<string> {
    const document = await this.store.getDocument(digest);
    if (!document) throw new Error(`document ${digest} is not stored`);
    return document.text;
  }
}
