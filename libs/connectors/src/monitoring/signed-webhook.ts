import { CallFailed, type CallOptions } from './call';
import { type HttpRequest, httpCallOk, jsonOf } from './http-call';
import { SIGNATURE_HEADER, sign } from './signature';

export interface SignedWebhookOptions {
  url: string;
  /** Shared with the receiver, which must check the signature header before it believes a body. */
  secret: string;
  now?: () => Date;
}

/**
 * Posts a JSON body, signed, and gives back the JSON object it was answered with ({} for an empty answer).
 * Throws CallFailed for every other status than 2xx and `alsoFine`, and for an answer of another shape.
 */
export async function postSigned(
  options: SignedWebhookOptions,
  payload: Readonly<Record<string, unknown>>,
  call: CallOptions,
  alsoFine: readonly number[] = [],
): Promise<Record<string, unknown>> {
  const body = JSON.stringify(payload);
  const request: HttpRequest = {
    url: new URL(options.url),
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [SIGNATURE_HEADER]: sign(body, options.secret, (options.now ?? (() => new Date()))()),
    },
    body,
  };
  const answer = await httpCallOk(request, call, alsoFine);
  if (answer.body.length === 0 || alsoFine.includes(answer.status)) return {};
  const json = jsonOf(answer, request);
  if (typeof json === 'object' && json !== null && !Array.isArray(json))
    return json as Record<string, unknown>;
  throw new CallFailed('unexpected-answer', 'The webhook did not answer with a JSON object', {
    retryable: false,
  });
}
