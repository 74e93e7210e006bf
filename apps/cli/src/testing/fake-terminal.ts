import { type Terminal, terminalOf, type Writable } from '../terminal/terminal';

/** A terminal that remembers what was written; `resize` changes its size as a person does. */
export class FakeTerminal implements Writable {
  written = '';
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly isTTY: boolean,
    public columns = 80,
    public rows = 24,
  ) {}

  /** Bytes are remembered as characters, one each. */
  write(data: string | Uint8Array): boolean {
    this.written += typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
    return true;
  }

  on(_event: 'resize', listener: () => void): void {
    this.listeners.add(listener);
  }

  off(_event: 'resize', listener: () => void): void {
    this.listeners.delete(listener);
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    for (const listener of this.listeners) listener();
  }

  /** What was written since the last time somebody asked. */
  take(): string {
    const text = this.written;
    this.written = '';
    return text;
  }

  as(env: NodeJS.ProcessEnv = { TERM: 'xterm', NO_COLOR: '1' }): Terminal {
    return terminalOf(this, env);
  }
}
