import type { Fault } from '@patchtide/contracts';

export interface OutputSettings {
  readonly json: boolean;
  readonly color: boolean;
}

const RED = '\u001b[31m';
const PLAIN = '\u001b[0m';

/** Where the command line speaks: data on stdout, as JSON or for people; messages on stderr. */
export class Output {
  constructor(
    private readonly out: NodeJS.WritableStream,
    private readonly err: NodeJS.WritableStream,
    readonly settings: OutputSettings,
  ) {}

  /** Prints a result: the value itself with --json, else what `human` makes of it. */
  result<T>(value: T, human: (value: T) => string): void {
    this.out.write(`${this.settings.json ? JSON.stringify(value, null, 2) : human(value)}\n`);
  }

  /** Text that is data as it is. */
  raw(text: string): void {
    this.out.write(text);
  }

  message(text: string): void {
    this.err.write(`${printable(text)}\n`);
  }

  /** Every fault with its place and what to do; as JSON on stdout with --json. */
  faults(title: string, faults: readonly Fault[], nextStep?: string): void {
    if (this.settings.json)
      this.out.write(`${JSON.stringify({ error: title, faults, nextStep: nextStep ?? null }, null, 2)}\n`);
    this.message(this.settings.color ? `${RED}${title}${PLAIN}` : title);
    for (const fault of faults) this.message(`  ${placeOf(fault)}${fault.message}\n      ${fault.remedy}`);
    if (nextStep !== undefined && nextStep !== '') this.message(`Next: ${nextStep}`);
  }
}

function placeOf({ file, line, column, path }: Fault): string {
  const position = line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`;
  const place = [file === undefined ? '' : `${file}${position}`, path]
    .filter((part) => part !== '')
    .join(' ');
  return place === '' ? '' : `${place}: `;
}

/** Columns aligned with two spaces; cells are data and cannot move the cursor. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows].map((row) => row.map(printable));
  const widths = header.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Replaces control characters, so that names from a CMDB or output from a host cannot drive the terminal. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for; colours are ours
  return text.replace(
    /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]|\u001b(?!\[(?:0|31)m)/g,
    '\ufffd',
  );
}
