import type { Fault } from '@patchtide/contracts';
import { harmless, printable, printableJson, printableLines } from './terminal/printable';
import type { Paint } from './terminal/style';
import type { Terminal } from './terminal/terminal';

/** How results for people are to look. */
export interface Look {
  readonly paint: Paint;
  /** Cells in a line; undefined where a line has no end. */
  readonly width: number | undefined;
}

/** Where the command line speaks: data on stdout, as JSON or for people; messages on stderr. */
export class Output {
  constructor(
    readonly out: Terminal,
    readonly err: Terminal,
    readonly isJson: boolean,
  ) {}

  /** Prints a result: the value itself with --json, else what `human` makes of it. */
  result<T>(value: T, human: (value: T, look: Look) => string): void {
    const look = { paint: this.out.paint, width: this.out.width() };
    const text = this.isJson ? printableJson(JSON.stringify(value, null, 2)) : human(harmless(value), look);
    this.raw(`${text}\n`);
  }

  /** Data as it is. */
  raw(data: string | Uint8Array): void {
    this.out.stream.write(data);
  }

  /** A message on stderr; whatever it quotes cannot drive the terminal. */
  message(text: string): void {
    this.err.stream.write(`${printableLines(text).join('\n')}\n`);
  }

  /** Why it was refused or failed, everything at once, and what to do; with --json as JSON on stdout, too. */
  failure(error: string, faults: readonly Fault[] = [], nextStep = ''): void {
    if (this.isJson) this.result({ error, faults, nextStep: nextStep === '' ? null : nextStep }, () => '');
    this.err.stream.write(`${this.err.paint(printable(error), 'red')}\n`);
    for (const fault of faults) {
      this.message(`  ${placeOf(fault)}${printable(fault.message)}\n      ${printable(fault.remedy)}`);
    }
    if (nextStep !== '') this.message(`Next: ${nextStep}`);
  }
}

function placeOf({ file, line, column, path }: Fault): string {
  const position = line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`;
  const place = [file === undefined ? '' : `${file}${position}`, path]
    .filter((part) => part !== '')
    .join(' ');
  return place === '' ? '' : `${printable(place)}: `;
}
