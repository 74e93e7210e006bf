/** One thing that is wrong with an input: where it is, what it is, and what to do about it. */
export interface Fault {
  /** JSON pointer into the document, e.g. `/servers/3/port`; empty for the whole document. */
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}
