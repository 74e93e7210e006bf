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
  readonly policy: string;
  readonly requestedBy: string;
  readonly approvals?: readonly RecordedApproval[];
}
