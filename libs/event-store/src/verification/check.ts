/** `version` is the last good version when ok, otherwise the first version that is not what was appended. */
export type StreamCheck =
  | { readonly ok: true; readonly stream: string; readonly version: number; readonly head: string }
  | { readonly ok: false; readonly stream: string; readonly version: number; readonly reason: string };

export type BrokenStream = Extract<StreamCheck, { ok: false }>;

export interface StoreCheck {
  readonly ok: boolean;
  readonly streams: number;
  readonly events: number;
  readonly documents: number;
  /** Positions given so far; equal to their count unless a fault says otherwise. */
  readonly head: number;
  readonly brokenStreams: readonly BrokenStream[];
  /** What is wrong with the log or the documents, in words. */
  readonly faults: readonly string[];
}
