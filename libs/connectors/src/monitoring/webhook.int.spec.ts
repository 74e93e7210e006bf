import type { ServerResponse } from 'node:http';
import { monitoringContract, startHttp } from './monitoring.contract';
import { SIGNATURE_HEADER, isSigned } from './signature';
import { WebhookMonitoring } from './webhook';

const secret = 'a secret shared with the receiver';
const call = { timeoutMs: 2_000 };
const lease = { campaign: 'C1', subject: 'mon-1', ref: { host: 'a' }, endsAt: '2026-11-30T01:00:00.000Z' };

interface Body {
  action: 'mute' | 'lift' | 'list';
  marker: string;
  campaign: string;
  endsAt: string;
}

/** What a user's receiver has to do, in thirty lines. */
class Receiver {
  readonly mutes = new Map<string, string>();
  isDeaf = false;

  answer(body: Body): unknown {
    if (body.action === 'list') return { mutes: this.active(body.campaign) };
    if (body.action === 'lift') return void this.mutes.delete(body.marker);
    const known = this.mutes.get(body.marker) ?? '';
    this.mutes.set(body.marker, known > body.endsAt ? known : body.endsAt);
    return { endsAt: this.mutes.get(body.marker) };
  }

  private active(campaign: string) {
    return [...this.mutes]
      .filter(([marker, endsAt]) => marker.split(':')[1] === campaign && Date.parse(endsAt) > Date.now())
      .map(([marker, endsAt]) => ({ marker, endsAt }));
  }
}

function reply(response: ServerResponse, status: number, json?: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(json === undefined ? undefined : JSON.stringify(json));
}

monitoringContract('a webhook receiver', async () => {
  const receiver = new Receiver();
  const server = await startHttp((request, response, body) => {
    const header = request.headers[SIGNATURE_HEADER];
    const signed = isSigned(body, String(header), { secret, at: new Date(), toleranceSeconds: 60 });
    if (!signed) return reply(response, 401);
    const json = receiver.answer(JSON.parse(body) as Body);
    if (!receiver.isDeaf) return reply(response, 200, json);
    receiver.isDeaf = false;
    response.destroy();
  });
  return {
    monitoring: new WebhookMonitoring({ url: server.url, secret }),
    loseNextAnswer: () => (receiver.isDeaf = true),
    restartWithoutData: () => Promise.resolve(receiver.mutes.clear()),
    stop: server.stop,
  };
});

describe('a webhook receiver that misbehaves', () => {
  const answers = async (
    status: number,
    json: unknown,
    act: (monitoring: WebhookMonitoring) => Promise<unknown>,
  ) => {
    const server = await startHttp((_request, response) => reply(response, status, json));
    return act(new WebhookMonitoring({ url: server.url, secret })).finally(server.stop);
  };

  it('is not believed when it confirms an earlier end than asked for', async () => {
    const early = answers(200, { endsAt: '2026-11-30T00:59:00Z' }, (hook) => hook.mute(lease, call));
    await expect(early).rejects.toMatchObject({ failure: 'unexpected-answer' });
  });

  it.each([
    [401, false],
    [422, false],
    [429, true],
    [503, true],
  ])('status %i says whether repeating helps: %s', async (status, retryable) => {
    const refused = answers(status, { detail: 'why' }, (hook) => hook.mute(lease, call));
    await expect(refused).rejects.toMatchObject({ failure: 'refused', status, retryable });
  });

  it('is not believed when it lists the mutes of another campaign', async () => {
    const foreign = answers(200, { mutes: [{ ...lease, marker: 'patchtide:C2:mon-1' }] }, (hook) =>
      hook.list('C1', call),
    );
    await expect(foreign).rejects.toMatchObject({ failure: 'unexpected-answer' });
  });

  it('is given up when it does not answer in time', async () => {
    const server = await startHttp(() => undefined);
    const hook = new WebhookMonitoring({ url: server.url, secret });

    await expect(hook.lift(lease, { timeoutMs: 100 })).rejects.toMatchObject({
      failure: 'timed-out',
      retryable: true,
    });
    await server.stop();
  });

  it('is left at once when the caller calls off', async () => {
    const controller = new AbortController();
    const server = await startHttp(() => controller.abort());
    const hook = new WebhookMonitoring({ url: server.url, secret });

    const lifting = hook.lift(lease, { timeoutMs: 60_000, signal: controller.signal });

    await expect(lifting).rejects.toMatchObject({ failure: 'aborted', retryable: false });
    await server.stop();
  });
});
