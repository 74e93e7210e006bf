import { randomUUID } from 'node:crypto';
import { canonicalJson, MemoryEventStore, type StoredEvent } from '@patchtide/event-store';
import type { Evidence } from '../verify-evidence';
import { NOW } from './views';

const STREAMS = ['campaign', 'landscape', 'plan', 'suppression'] as const;

/** The evidence pack of a small campaign, made with a real store as the server makes it. */
export async function evidencePack(campaign = 'CHG-1'): Promise<Evidence> {
  const store = new MemoryEventStore();
  const digests = {
    planDigest: await store.putDocument('plan', canonicalJson({ jobs: ['stop-db'], change: campaign })),
    landscapeDigest: await store.putDocument('landscape', canonicalJson({ servers: ['ä ö'] })),
    policyDigest: await store.putDocument('policy', canonicalJson({ name: 'standard' })),
  };
  const { landscapeDigest } = digests;
  const histories = {
    landscape: [['LandscapeCaptured', { campaign, landscapeDigest, servers: 1 }]],
    plan: [['PlanGenerated', { campaign, ...digests, fits: true }]],
    suppression: [['SuppressionTaken', { kind: 'mute', subject: 'srv-1', foreignId: '7' }]],
    campaign: [
      ['CampaignPlanned', { ...digests, jobs: 1 }],
      ['JobDispatched', { job: 'stop-db', attempt: 1, epoch: 3 }],
      ['JobFailed', { job: 'stop-db', attempt: 1, outputTail: 'no\u0000\ud800', exitCode: 1 }],
      ['CampaignClosed', { outcome: 'completed', serversPatched: 1 }],
    ],
  } as const;
  for (const category of STREAMS) {
    const events = histories[category].map(([type, data]) => ({
      id: randomUUID(),
      type,
      schemaVersion: 1,
      data,
    }));
    const cause = { correlation: campaign, causation: 'command-1', actor: 'm.weber', recordedAt: NOW };
    await store.append([{ stream: `${category}-${campaign}`, expectedVersion: 0, events }], cause);
  }
  return exported(store, campaign, Object.values(digests));
}

async function exported(
  store: MemoryEventStore,
  campaign: string,
  digests: readonly string[],
): Promise<Evidence> {
  const streams = Object.fromEntries(
    await Promise.all(
      STREAMS.map(async (category) => {
        const stream = `${category}-${campaign}`;
        return [stream, (await store.read(stream)).map(chained)] as const;
      }),
    ),
  );
  const texts = await Promise.all(
    digests.map(async (digest) => [digest, (await store.getDocument(digest))?.text ?? ''] as const),
  );
  return { campaign, streams, documents: Object.fromEntries(texts) };
}

function chained({ id, version, type, schemaVersion, data, meta, hash }: StoredEvent) {
  return { id, version, type, schemaVersion, data, meta, hash };
}
