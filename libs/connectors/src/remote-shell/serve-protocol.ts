/**
 * How a client and a resident runner (`sh <runner> serve`) talk on one channel. The resident greets with a line, then
 * answers one request after the other: the same words as in the argument list after `sh <runner>`, the same answer.
 *
 * A request: every argument as one line after a dot; where it has line ends of its own, the lines before its last one
 * after a plus sign; then a line of one exclamation mark. An answer: output as a line `patchtide-output <bytes>` and
 * those bytes, every other line as it would be on stderr, and at the end `patchtide-answered <exit code>`.
 */
const GREETING = 'patchtide-serve';
const OUTPUT = /^patchtide-output (\d{1,15})$/;
const ANSWERED = /^patchtide-answered (\d{1,3})$/;

/** Beyond this a line is no line of the protocol, and is passed on in pieces. */
const LONGEST_LINE = 64 * 1024;
const LINE_END = 0x0a;

/** The text that asks for this. */
export function encodeRequest(words: readonly string[]): string {
  return [...words.flatMap(encodeWord), '!', ''].join('\n');
}

function encodeWord(word: string): string[] {
  const lines = word.split('\n');
  return lines.map((line, at) => `${at < lines.length - 1 ? '+' : '.'}${line}`);
}

/** Reads requests on the host's side, for hosts that are simulated. */
export class RequestReader {
  private pending = '';
  private argument = '';
  private words: string[] = [];

  constructor(private readonly onRequest: (words: string[]) => void) {}

  /** Throws at a line that is not of the protocol. */
  push(text: string): void {
    const lines = `${this.pending}${text}`.split('\n');
    this.pending = lines.pop() ?? '';
    for (const line of lines) this.read(line);
  }

  private read(line: string): void {
    const [mark, rest] = [line.slice(0, 1), line.slice(1)];
    if (mark === '+') {
      this.argument += `${rest}\n`;
    } else if (mark === '.') {
      this.words.push(this.argument + rest);
      this.argument = '';
    } else if (line === '!') {
      const words = this.words;
      this.words = [];
      this.onRequest(words);
    } else {
      throw new Error('this is no line of a request');
    }
  }
}

/** The line a resident begins with. */
export function formatGreeting(): string {
  return `${GREETING}\n`;
}

/** The line before so many bytes of output. */
export function formatOutputHead(bytes: number): string {
  return `patchtide-output ${bytes}\n`;
}

/** The line that ends an answer. */
export function formatAnswered(exitCode: number): string {
  return `patchtide-answered ${exitCode}\n`;
}

/** What a client makes of a resident's words. */
export interface AnswerListener {
  onGreeting(): void;
  onOutput(chunk: Buffer): void;
  /** A line with its line end. */
  onLine(line: Buffer): void;
  onAnswered(exitCode: number): void;
}

/** Reads what a resident says, however it is cut into pieces on the way. */
export class AnswerReader {
  private pending: Buffer = Buffer.alloc(0);
  private outputLeft = 0;

  constructor(private readonly listener: AnswerListener) {}

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) rest = this.outputLeft > 0 ? this.takeOutput(rest) : this.takeLine(rest);
  }

  private takeOutput(chunk: Buffer): Buffer {
    const output = chunk.subarray(0, this.outputLeft);
    this.outputLeft -= output.length;
    this.listener.onOutput(output);
    return chunk.subarray(output.length);
  }

  private takeLine(chunk: Buffer): Buffer {
    const end = chunk.indexOf(LINE_END) + 1;
    const piece = end === 0 ? chunk : chunk.subarray(0, end);
    this.pending = this.pending.length === 0 ? piece : Buffer.concat([this.pending, piece]);
    if (end > 0 || this.pending.length > LONGEST_LINE) {
      const line = this.pending;
      this.pending = Buffer.alloc(0);
      this.read(line);
    }
    return chunk.subarray(piece.length);
  }

  private read(line: Buffer): void {
    const text = line.toString('latin1').trimEnd();
    const [, bytes] = OUTPUT.exec(text) ?? [];
    const [, exitCode] = ANSWERED.exec(text) ?? [];
    if (bytes !== undefined) this.outputLeft = Number(bytes);
    else if (exitCode !== undefined) this.listener.onAnswered(Number(exitCode));
    else if (text === GREETING) this.listener.onGreeting();
    else this.listener.onLine(line);
  }
}
