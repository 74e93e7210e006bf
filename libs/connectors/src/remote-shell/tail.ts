/** Keeps the last bytes of a stream and forgets the rest, so that a chatty host cannot fill the memory. */
export class Tail {
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(private readonly maxBytes: number) {}

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    for (let first = this.chunks[0]; first !== undefined; first = this.chunks[0]) {
      if (this.size - first.length < this.maxBytes) return;
      this.chunks.shift();
      this.size -= first.length;
    }
  }

  /** At most `maxBytes`, read as UTF-8; bytes that are no text become U+FFFD. */
  text(): string {
    return Buffer.concat(this.chunks)
      .subarray(Math.max(0, this.size - this.maxBytes))
      .toString('utf8');
  }
}
