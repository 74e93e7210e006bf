import type { ClientChannel } from 'ssh2';
import type { CommandResult, RunOptions } from './remote-shell';
import { AnswerReader } from './serve-protocol';
import { Tail } from './tail';

const DEFAULT_OUTPUT_BYTES = 1024 * 1024;

interface Asked {
  readonly options: RunOptions;
  readonly stdout: Tail;
  readonly stderr: Tail;
  readonly settle: (answer: CommandResult | undefined) => void;
}

/** A resident program on its channel: answers one request at a time. */
export class SshResident {
  /** It has greeted, so it is what we take it for. */
  hasComeUp = false;
  isClosed = false;
  private asked: Asked | undefined;
  private exitCode: number | undefined;
  private open = 2;

  constructor(
    /** The line that started it. */
    readonly line: string,
    private readonly channel: ClientChannel,
  ) {
    const reader = new AnswerReader({
      onGreeting: () => (this.hasComeUp = true),
      onOutput: (chunk) => {
        this.asked?.stdout.push(chunk);
        this.asked?.options.onOutput?.(chunk);
      },
      onLine: (text) => this.asked?.stderr.push(text),
      onAnswered: (exitCode) => this.settle(exitCode),
    });
    channel.on('data', (chunk: Buffer) => reader.push(chunk));
    channel.stderr.on('data', (chunk: Buffer) => this.asked?.stderr.push(chunk));
    channel.on('exit', (code: number | null) => (this.exitCode = code ?? undefined));
    // Its end says what there is to say.
    channel.on('error', () => undefined);
    for (const stream of [channel, channel.stderr]) stream.on('close', () => this.ended());
  }

  /**
   * Asks it; it must be idle. Settles with the answer, or when it ended before it had come up, with what it said instead.
   * Undefined: it ended, or was lost, in the middle.
   */
  ask(request: string, options: RunOptions, settle: Asked['settle']): void {
    const maxBytes = options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES;
    this.asked = { options, settle, stdout: new Tail(maxBytes), stderr: new Tail(maxBytes) };
    this.channel.write(request);
  }

  /** Ends it; a request in flight is not answered any more. */
  close(): void {
    this.isClosed = true;
    this.asked = undefined;
    this.channel.close();
  }

  private settle(exitCode: number | undefined): void {
    const { asked } = this;
    if (asked === undefined) return;
    this.asked = undefined;
    const { stdout, stderr } = asked;
    asked.settle(
      exitCode === undefined ? undefined : { exitCode, stdout: stdout.text(), stderr: stderr.text() },
    );
  }

  private ended(): void {
    this.open -= 1;
    if (this.open > 0) return;
    this.isClosed = true;
    this.settle(this.hasComeUp ? undefined : this.exitCode);
  }
}
