/** What must end before a connection does: consumers first give back their messages, commands finish their replies. */
export class Closers {
  readonly #stops = new Set<(graceMs: number) => Promise<void>>();

  add(stop: (graceMs: number) => Promise<void>): () => void {
    this.#stops.add(stop);
    return () => this.#stops.delete(stop);
  }

  /** Ends all at once. Every one is tried; the first failure is thrown after that. */
  async run(graceMs: number): Promise<void> {
    const stops = [...this.#stops];
    this.#stops.clear();
    const results = await Promise.allSettled(stops.map((stop) => stop(graceMs)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}
