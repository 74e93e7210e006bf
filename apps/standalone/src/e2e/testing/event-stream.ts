import type { Api } from './api';

/** A receiver of server-sent events that is cut off and comes back with the last id it has seen. */
export class EventReceiver {
  /** The id of every event that carried data, in the order of arrival. */
  readonly positions: number[] = [];
  connections = 0;
  private last = '0';
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private cut = new AbortController();

  constructor(private readonly api: Api) {
    this.running = this.run();
  }

  /** Breaks the connection in the middle of whatever arrives; the next one resumes. */
  cutConnection(): void {
    this.cut.abort();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.cut.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.cut = new AbortController();
      this.connections += 1;
      // What a broken connection leaves behind, half a line or half an event, is thrown away with it.
      await this.receive(this.cut.signal).catch((error: unknown) => {
        if (!this.cut.signal.aborted) throw error;
      });
    }
  }

  private async receive(signal: AbortSignal): Promise<void> {
    const headers = { ...this.api.headers(), 'last-event-id': this.last };
    const response = await fetch(`${this.api.url}/v1/stream`, { headers, signal });
    if (!response.ok || !response.body) throw new Error(`GET /stream answered ${response.status}`);
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body) {
      const blocks = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) this.take(block);
    }
  }

  private take(block: string): void {
    const lines = block.split('\n');
    const id = lines.find((line) => line.startsWith('id: '))?.slice(4);
    if (id === undefined) return;
    this.last = id;
    if (lines.some((line) => line.startsWith('data: '))) this.positions.push(Number(id));
  }
}
