import { hash } from 'node:crypto';

/** What the chain covers of one event: `type`, `body` and `meta` by digest, so a body can be erased and still verify. */
export interface ChainLink {
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly body: string;
  readonly meta: string;
}

const ORIGIN = 'patchtide.event-chain.1:';

/** Hash zero of a stream, which binds the chain to its name. Must say the same as `es.origin`. */
export function originHash(stream: string): Buffer {
  return sha256(ORIGIN + stream);
}

/**
 * h(n) = SHA-256(h(n-1) ‖ version as int64 ‖ event id as 16 bytes ‖ SHA-256(type) ‖ schema version as int32 ‖
 * SHA-256(body) ‖ SHA-256(meta)), big-endian and UTF-8. All widths are fixed, so no two events give the same bytes.
 * Must say the same as `es.append_event` and `es.append_to_stream`.
 */
export function nextHash(previous: Uint8Array, link: ChainLink): Buffer {
  const input = Buffer.allocUnsafe(156);
  input.set(previous, 0);
  input.writeBigInt64BE(BigInt(link.version), 32);
  input.write(link.id.replaceAll('-', ''), 40, 'hex');
  input.set(sha256(link.type), 56);
  input.writeInt32BE(link.schemaVersion, 88);
  input.set(sha256(link.body), 92);
  input.set(sha256(link.meta), 124);
  return sha256(input);
}

export function sha256(data: string | Uint8Array): Buffer {
  return hash('sha256', data, 'buffer');
}
