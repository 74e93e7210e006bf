const DEFAULT_PAGE = 1_000;
const MAX_PAGE = 10_000;

/** The size of one page of the log; throws `RangeError` outside 1 to 10,000. */
export function pageSize(limit = DEFAULT_PAGE): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new RangeError(`a page has 1 to ${MAX_PAGE} events, not ${limit}`);
  }
  return limit;
}
