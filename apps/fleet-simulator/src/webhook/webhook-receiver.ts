import { isSigned, SIGNATURE_HEADER } from '@patchtide/connectors/monitoring';
import type { Clock } from '../clock';
import type { JsonAnswer, JsonRequest } from '../json-http';
import type { Silences } from '../monitoring/silences';
import { BatchWebhook } from './batch-webhook';
import { muteWebhook } from './mute-webhook';

/** A call that the receiver got, in order. */
export interface ReceivedWebhook {
  readonly at: number;
  readonly path: string;
  readonly isSigned: boolean;
  readonly body: unknown;
}

export interface WebhookReceiverOptions {
  readonly clock: Clock;
  readonly silences: Silences;
  /** With it, calls that it did not sign are refused with 401. */
  readonly secret?: string | undefined;
}

const TOLERANCE_SECONDS = 300;

/** Receives webhooks: mutes below `/monitoring`, holds below `/batch`, and takes note of everything else. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  readonly batch: BatchWebhook;

  constructor(private readonly options: WebhookReceiverOptions) {
    this.batch = new BatchWebhook(options.clock);
  }

  receive(request: JsonRequest): JsonAnswer {
    const { clock, secret } = this.options;
    const header = request.headers[SIGNATURE_HEADER];
    const signature = typeof header === 'string' ? header : undefined;
    const check = { secret: secret ?? '', at: new Date(clock.now()), toleranceSeconds: TOLERANCE_SECONDS };
    const signed = secret !== undefined && isSigned(request.text, signature, check);
    const { path, body } = request;
    this.received.push({ at: clock.now(), path: `/${path.join('/')}`, isSigned: signed, body });
    if (secret !== undefined && !signed) return { status: 401, body: 'the signature is missing or wrong' };
    if (typeof body !== 'object' || body === null) return { status: 200, body: {} };
    const fields = body as Readonly<Record<string, unknown>>;
    if (path[1] === 'monitoring') return muteWebhook(fields, this.options);
    return path[1] === 'batch' ? this.batch.answer(fields) : { status: 200, body: {} };
  }
}
