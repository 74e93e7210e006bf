/** The approved change request that asks for a campaign (docs/schemas/change.json). */

export interface Scope {
  readonly applications?: readonly string[];
  readonly servers?: readonly string[];
  readonly tags?: readonly string[];
  readonly sites?: readonly string[];
}

export interface Window {
  readonly start: string;
  readonly end: string;
  readonly timezone: string;
}

/**
 * A window that comes back, in a change file: so many days after the second Tuesday of a month, at that time by the clocks of
 * the zone. Who reads the file puts the next such window in its place; on the bus and in the API windows are absolute.
 */
export interface WindowRule {
  readonly rule: 'patch-tuesday';
  /** 0 to 27. */
  readonly plusDays: number;
  /** `22:00`. */
  readonly at: string;
  readonly lasts: string;
  readonly timezone: string;
}

/** An approval given elsewhere (an ITSM system) and recorded with the change. */
export interface RecordedApproval {
  readonly by: string;
  readonly at: string;
}

export interface Change {
  readonly id: string;
  readonly title: string;
  readonly scope: Scope;
  readonly window: Window;
  /** Further windows, after `window` and one after the other: what does not fit into one goes into the next. */
  readonly windows?: readonly Window[];
  readonly policy: string;
  readonly requestedBy: string;
  readonly approvals?: readonly RecordedApproval[];
}
