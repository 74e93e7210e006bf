/** Milliseconds since the epoch of an ISO 8601 instant. */
export function toMs(instant: string): number {
  return Date.parse(instant);
}

/** The ISO 8601 UTC text of a moment. */
export function toInstant(ms: number): string {
  return new Date(ms).toISOString();
}
