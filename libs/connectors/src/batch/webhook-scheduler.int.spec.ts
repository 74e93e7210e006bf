import { startHttp } from '../monitoring/monitoring.contract';
import { SIGNATURE_HEADER, isSigned } from '../monitoring/signature';
import { batchContract } from './batch.contract';
import type { Prior } from './batch-scheduler';
import { HeldJobs } from './held-jobs';
import { WebhookBatchScheduler } from './webhook-scheduler';

const secret = 'a secret shared with the receiver';
const call = { timeoutMs: 2_000 };

interface Body {
  action: 'hold' | 'release' | 'inspect';
  marker: string;
  ref: { name: string };
  endsAt: string;
  prior?: Prior;
}

/** What a user's receiver has to do. */
function answer(
  jobs: HeldJobs,
  { action, marker, ref, endsAt, prior }: Body,
): { status: number; json?: unknown } {
  const { exists, by } = jobs.view(ref.name);
  if (!exists) return { status: 404 };
  if (action === 'release') jobs.release(ref.name, marker, prior);
  if (action === 'hold') {
    const before = jobs.hold(ref.name, marker, Date.parse(endsAt));
    return before ? { status: 200, json: { prior: before, endsAt } } : { status: 409, json: { heldBy: by } };
  }
  const { scheduled, running, by: held } = jobs.view(ref.name);
  const heldBy = held && `patchtide:${held.campaign}:${held.subject}`;
  return { status: 200, json: { scheduled, running, heldBy } };
}

batchContract('a webhook receiver', async () => {
  let nowMs = Date.parse('2026-11-29T22:00:00Z');
  const now = () => new Date(nowMs);
  const jobs = new HeldJobs(now);
  let isDeaf = false;
  let count = 0;
  const server = await startHttp((request, response, body) => {
    const signed = isSigned(body, String(request.headers[SIGNATURE_HEADER]), {
      secret,
      at: now(),
      toleranceSeconds: 5,
    });
    const { status, json } = signed
      ? answer(jobs, JSON.parse(body) as Body)
      : { status: 401, json: undefined };
    if (!isDeaf) return void response.writeHead(status).end(JSON.stringify(json));
    isDeaf = false;
    response.destroy();
  });
  return {
    scheduler: new WebhookBatchScheduler({ url: server.url, secret, now }),
    now,
    hasIdleJobs: true,
    add: ({ scheduled }) => {
      const name = `job-${(count += 1)}`;
      jobs.add(name, { scheduled });
      return Promise.resolve({ name });
    },
    isScheduled: ({ name }) => Promise.resolve(jobs.view(String(name)).scheduled),
    passTime: (seconds) => Promise.resolve(void (nowMs += seconds * 1000)),
    loseNextAnswer: () => (isDeaf = true),
    stop: server.stop,
  };
});

describe('a batch webhook that misbehaves', () => {
  it.each([
    ['an earlier end than asked for', { prior: 'scheduled', endsAt: '2026-11-29T22:00:00Z' }],
    ['no prior state', { endsAt: '2026-11-29T23:00:00Z' }],
    ['no end', { prior: 'scheduled' }],
  ])('is not believed when it answers with %s', async (_name, json) => {
    const server = await startHttp((_request, response) => void response.end(JSON.stringify(json)));
    const scheduler = new WebhookBatchScheduler({ url: server.url, secret });
    const lease = { campaign: 'C1', subject: 'j', ref: { name: 'a' }, endsAt: '2026-11-29T22:30:00Z' };

    await expect(scheduler.hold(lease, call)).rejects.toMatchObject({ failure: 'unexpected-answer' });
    await server.stop();
  });
});
