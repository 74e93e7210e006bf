import type { Fault } from '@patchtide/contracts';
import { lineIndex } from './position';

export const ENCODINGS = ['auto', 'utf-8', 'utf-16le', 'windows-1252'] as const;
/** `auto`: what a byte order mark says, else UTF-8; for CSV also Windows-1252, which spreadsheets still write. */
export type Encoding = (typeof ENCODINGS)[number];

export type Decoded = { ok: true; text: string } | { ok: false; faults: Fault[] };

const MARKS = [
  { mark: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

/** Turns bytes into text without a byte order mark; never guesses beyond what `Encoding` says. */
export function decodeText(
  bytes: Buffer,
  { file, encoding, isCsv }: { file: string; encoding: Encoding; isCsv: boolean },
): Decoded {
  const marked = MARKS.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte));
  const wanted = encoding === 'auto' ? (marked?.encoding ?? 'utf-8') : encoding;
  const text =
    decode(bytes, wanted) ?? (encoding === 'auto' && isCsv && !marked ? windows1252(bytes) : undefined);
  return text === undefined ? { ok: false, faults: [notIn(wanted, bytes, file)] } : { ok: true, text };
}

function decode(bytes: Buffer, encoding: string): string | undefined {
  if (encoding === 'windows-1252') return windows1252(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    // The decoder has one failure only: bytes that are not in this encoding.
    return undefined;
  }
}

/**
 * By hand, because TextDecoder of several Node versions takes Windows-1252 for Latin-1. Undefined when the text holds
 * one of the five bytes that Windows-1252 leaves open: then it is something else.
 */
function windows1252(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1').replace(C1, (sign) => HIGH.charAt(sign.charCodeAt(0) - 0x80));
  return text.includes(OPEN) ? undefined : text;
}

const OPEN = '\ufffd';
const C1 = /[\u0080-\u009f]/g;
const HIGH = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ';

function notIn(encoding: string, bytes: Buffer, file: string): Fault {
  const is1252 = encoding === 'windows-1252';
  const lenient = is1252 ? bytes.toString('latin1') : new TextDecoder(encoding).decode(bytes);
  const at = is1252 ? lenient.search(/[\u0081\u008d\u008f\u0090\u009d]/) : lenient.indexOf(OPEN);
  return {
    path: '',
    message: `is not text in ${encoding.toUpperCase()}`,
    remedy: 'Save the file as UTF-8.',
    file,
    ...lineIndex(lenient)(Math.max(0, at)),
  };
}
