import { randomUUID } from 'node:crypto';
import {
  type CampaignEvent,
  type Change,
  type DurationHistory,
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
import type { PastCampaigns } from './durations/past-campaigns';
import type { PolicyFolder } from './policy-folder';

const PAGE = 1_000;

/** What a plan is made of besides the captured landscape and the change. */
export interface PlanSources {
  readonly policies: Pick<PolicyFolder, 'find'>;
  readonly past: Pick<PastCampaigns, 'durations'>;
}

/** Makes the plan of a captured landscape and records it, or records everything that prevents it. */
export class PlanMaker {
  constructor(
    private readonly store: EventStore,
    private readonly sources: PlanSources,
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
    const found = await this.sources.policies.find(change.policy);
    if (!found.ok) {
      const faults = [...found.faults, ...checkPlanInput({ landscape, change, at, policy: null })];
      return { type: 'PlanRejected', data: { campaign, revision, faults: eventFaults(faults), at } };
    }
    const policyDigest = await this.store.putDocument('policy', canonicalJson(found.policy));
    const { policy } = found;
    const past = await this.pastDurations();
    const result = buildPlan({ landscape, policy, change, at, landscapeDigest, policyDigest, ...past });
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

  /** Stored as the plan reckons with it, so that the same plan can be made again when more is known. */
  private async pastDurations(): Promise<{ history?: DurationHistory; historyDigest?: string }> {
    const history = await this.sources.past.durations();
    if (history.entries.length === 0) return {};
    return { history, historyDigest: await this.store.putDocument('history', canonicalJson(history)) };
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
