import type { CampaignEvent } from '@patchtide/contracts';
import { toMs } from '@patchtide/domain';
import { categoryOf, type Projection, type Tx } from '@patchtide/event-store';
import type { WorkedJobs } from './worked-jobs';

/** Samples that are kept of one action on one CI, a year of monthly campaigns; the oldest go first. */
const KEPT = 12;

/**
 * Campaign events -> how long each attempt that succeeded took, from the moment an executor began it, or from its
 * dispatch where the executor only tells the end. Attempts that failed say nothing about how long success takes, and a
 * job that a person did was not watched.
 */
export function durationProjection(jobs: Pick<WorkedJobs, 'of'>): Projection<Tx> {
  return {
    name: 'durations.v1',
    async apply(tx, stored) {
      if (categoryOf(stored.stream) !== 'campaign') return;
      const event = { type: stored.type, data: stored.data } as unknown as CampaignEvent;
      await applyEvent({ tx, jobs, campaign: stored.meta.correlation }, event);
    },
    async reset(tx) {
      // Not TRUNCATE, for which the services' role has no right.
      for (const table of ['campaign', 'attempt', 'job_duration'])
        await tx.query(`delete from durations.${table}`);
    },
  };
}

interface Context {
  readonly tx: Tx;
  readonly jobs: Pick<WorkedJobs, 'of'>;
  readonly campaign: string;
}

async function applyEvent(context: Context, event: CampaignEvent): Promise<void> {
  const { tx, campaign } = context;
  switch (event.type) {
    case 'CampaignPlanned':
      await tx.query(
        `insert into durations.campaign values ($1, $2)
         on conflict (campaign) do update set plan_digest = excluded.plan_digest`,
        [campaign, event.data.planDigest],
      );
      return;
    case 'JobDispatched': {
      const { job, attempt, at } = event.data;
      const insert = 'insert into durations.attempt values ($1, $2, $3, $4) on conflict do nothing';
      await tx.query(insert, [campaign, job, attempt, at]);
      return;
    }
    case 'JobStarted': {
      const { job, attempt, at } = event.data;
      // An executor that found its attempt running again began it earlier.
      await tx.query(
        `update durations.attempt set begun_at = $4, started = true
         where campaign = $1 and job = $2 and attempt = $3 and not started`,
        [campaign, job, attempt, at],
      );
      return;
    }
    case 'JobSucceeded':
      return succeeded(context, event.data);
    case 'JobFailed':
      await endAttempt(context, event.data);
      return;
    case 'CampaignClosed':
      await tx.query('delete from durations.attempt where campaign = $1', [campaign]);
      await tx.query('delete from durations.campaign where campaign = $1', [campaign]);
      return;
    default:
  }
}

interface Attempt {
  readonly job: string;
  readonly attempt: number;
  readonly at: string;
}

async function succeeded(context: Context, { job, attempt, at }: Attempt): Promise<void> {
  const begunAt = await endAttempt(context, { job, attempt });
  if (begunAt === null) return;
  const { tx, campaign } = context;
  const [planned] = rowsOf(
    await tx.query('select plan_digest from durations.campaign where campaign = $1', [campaign]),
  );
  const worked = planned && (await context.jobs.of(String(planned['plan_digest']), job));
  if (!worked) return;
  const { action, kind, ci } = worked;
  await tx.query(
    'insert into durations.job_duration values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing',
    [...[action, kind, ci, campaign, job, attempt], ...[Math.max(0, toMs(at) - toMs(begunAt)), at]],
  );
  await tx.query(
    `delete from durations.job_duration where (campaign, job, attempt) in (
       select campaign, job, attempt from durations.job_duration where action = $1 and kind = $2 and ci = $3
       order by at desc, campaign, job, attempt offset ${KEPT})`,
    [action, kind, ci],
  );
}

/** When the attempt that has ended was begun; null where nothing is known of it. */
async function endAttempt(
  { tx, campaign }: Context,
  { job, attempt }: Omit<Attempt, 'at'>,
): Promise<string | null> {
  const ended = await tx.query(
    'delete from durations.attempt where campaign = $1 and job = $2 and attempt = $3 returning begun_at',
    [campaign, job, attempt],
  );
  const [row] = rowsOf(ended);
  return row ? String(row['begun_at']) : null;
}

function rowsOf(result: unknown): Readonly<Record<string, unknown>>[] {
  return (result as { rows: Record<string, unknown>[] }).rows;
}
