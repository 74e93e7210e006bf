import { categoryOf } from '../append-rules';
import { type ChainLink, nextHash, originHash } from '../hash-chain';
import type { StreamCheck } from './check';

/** An event as stored, bytes untouched. */
export interface EvidenceRow extends ChainLink {
  readonly hash: string;
  /** `waiting` is committed and not numbered yet, `lost` is neither numbered nor waiting. */
  readonly position: number | 'waiting' | 'lost';
}

/** The stream's own row, or undefined when it is missing. */
export interface StreamHead {
  readonly category: string;
  readonly version: number;
  readonly head: string;
}

/** Recomputes one chain from its first event. Feed the rows in order of version, then ask for the verdict. */
export class StreamVerifier {
  private hash: Buffer;
  private version = 0;
  private position = 0;
  private broken: StreamCheck | undefined;

  constructor(private readonly stream: string) {
    this.hash = originHash(stream);
  }

  /** False once the chain is broken: the rest cannot be judged. */
  add(row: EvidenceRow): boolean {
    if (this.broken !== undefined) return false;
    const reason = this.faultOf(row);
    if (reason !== undefined) this.broken = this.fault(this.version + 1, reason);
    else this.version = row.version;
    return this.broken === undefined;
  }

  verdict(head: StreamHead | undefined): StreamCheck {
    if (this.broken !== undefined) return this.broken;
    const { stream, version } = this;
    if (head === undefined) {
      return version === 0
        ? this.fault(1, 'there is no such stream')
        : this.fault(version, 'the stream has no head');
    }
    if (head.version !== version) {
      return this.fault(
        Math.min(version, head.version) + 1,
        `the head is at ${head.version}, the last event at ${version}`,
      );
    }
    if (head.head !== this.hash.toString('hex'))
      return this.fault(version, 'the head is not the hash of the last event');
    if (head.category !== categoryOf(stream))
      return this.fault(version, 'the category is not that of the name');
    return { ok: true, stream, version, head: head.head };
  }

  private faultOf(row: EvidenceRow): string | undefined {
    if (row.version !== this.version + 1) return `is missing: version ${row.version} follows`;
    this.hash = nextHash(this.hash, row);
    if (this.hash.toString('hex') !== row.hash)
      return 'was altered: its hash does not follow from its content';
    return this.positionFault(row.position);
  }

  private positionFault(position: EvidenceRow['position']): string | undefined {
    if (position === 'lost') return 'is neither numbered nor waiting to be';
    const order = position === 'waiting' ? Infinity : position;
    if (order < this.position || order === 0) return 'is numbered before its predecessor';
    this.position = order;
    return undefined;
  }

  private fault(version: number, reason: string): StreamCheck {
    return { ok: false, stream: this.stream, version, reason };
  }
}
