import type { Fault } from '@patchtide/contracts';
import type { Locate } from './position';

/** A document as plain data, with the way back to its text; or everything that is wrong with it. */
export type Loaded = { ok: true; value: unknown; locate: Locate } | { ok: false; faults: Fault[] };

/** Deeper documents than this are refused; the shapes we know need six levels. */
export const MAX_DEPTH = 32;
