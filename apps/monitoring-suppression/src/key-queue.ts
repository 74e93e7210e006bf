/** Runs work on the same key one after the other, work on different keys side by side. */
export class KeyQueue {
  private readonly tails = new Map<string, Promise<unknown>>();

  get isIdle(): boolean {
    return this.tails.size === 0;
  }

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    const done = before.then(work);
    const tail = done.catch(() => undefined);
    this.tails.set(key, tail);
    void tail.then(() => {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    });
    return done;
  }
}
