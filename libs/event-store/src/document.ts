import { InvalidDocument } from './errors';
import { sha256 } from './hash-chain';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** `sha256:<hex>` of the text's UTF-8 bytes. */
export function digestOf(text: string): string {
  return 'sha256:' + sha256(text).toString('hex');
}

/** Throws `InvalidDocument` for a text that UTF-8 cannot carry; escape it first, as canonical JSON does. */
export function checkDocument(kind: string, text: string): void {
  if (kind === '') throw new InvalidDocument('a document needs a kind');
  if (LONE_SURROGATE.test(text)) {
    throw new InvalidDocument(
      'the text has a lone surrogate, which UTF-8 cannot carry: store it as canonical JSON',
    );
  }
}
