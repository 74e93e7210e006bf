/** Where JSON stops being JSON, and what was expected there. The engine's own messages differ by version and often lack the place. */
export interface JsonMistake {
  offset: number;
  message: string;
}

type Wanted = keyof typeof NAMES;

const NAMES = {
  value: 'a value',
  valueOrEnd: 'a value or "]"',
  key: 'a name in double quotes',
  keyOrEnd: 'a name in double quotes or "}"',
  colon: '":"',
  commaOrEnd: '"," or the end of the list or object',
  nothing: 'nothing more',
};

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Finds the first mistake in a text that JSON.parse refused; without recursion, so that no depth can harm. */
export function findJsonMistake(text: string): JsonMistake {
  const scan = new Scan(text);
  while (scan.mistake === undefined) scan.step();
  return scan.mistake;
}

class Scan {
  mistake: JsonMistake | undefined;
  private at = 0;
  private wanted: Wanted = 'value';
  private readonly open: ('{' | '[')[] = [];

  constructor(private readonly text: string) {}

  step(): void {
    while (' \t\r\n'.includes(this.text[this.at] ?? 'x')) this.at += 1;
    const sign = this.text[this.at];
    if (sign === undefined) return this.fail(`it ends where ${NAMES[this.wanted]} was expected`);
    switch (this.wanted) {
      case 'value':
      case 'valueOrEnd':
        return this.value(sign);
      case 'key':
      case 'keyOrEnd':
        return this.key(sign);
      case 'colon':
        return sign === ':' ? this.advance('value') : this.unexpected();
      case 'commaOrEnd':
        return this.comma(sign);
      case 'nothing':
        return this.unexpected();
    }
  }

  private value(sign: string): void {
    if (sign === '{' || sign === '[') {
      this.open.push(sign);
      return this.advance(sign === '{' ? 'keyOrEnd' : 'valueOrEnd');
    }
    if (sign === ']' && this.wanted === 'valueOrEnd') return this.close();
    if (sign === '"') return this.string(this.afterValue());
    if (this.skip(NUMBER) || this.skip(WORD)) this.wanted = this.afterValue();
    else this.unexpected();
  }

  private key(sign: string): void {
    if (sign === '"') return this.string('colon');
    return sign === '}' && this.wanted === 'keyOrEnd' ? this.close() : this.unexpected();
  }

  private comma(sign: string): void {
    const isObject = this.open.at(-1) === '{';
    if (sign === ',') return this.advance(isObject ? 'key' : 'value');
    return sign === (isObject ? '}' : ']') ? this.close() : this.unexpected();
  }

  private string(next: Wanted): void {
    const start = this.at;
    for (this.at += 1; this.text[this.at] !== '"';) {
      const code = this.text.charCodeAt(this.at);
      if (Number.isNaN(code)) {
        this.at = start;
        return this.fail('a text in double quotes begins here and never ends');
      }
      if (code < 0x20) return this.fail('a text in double quotes holds a line end or control character');
      if (code !== 0x5c) this.at += 1;
      else if (!this.skip(ESCAPE)) return this.fail('a backslash is followed by something unknown');
    }
    this.advance(next);
  }

  private close(): void {
    this.open.pop();
    this.advance(this.afterValue());
  }

  private afterValue(): Wanted {
    return this.open.length > 0 ? 'commaOrEnd' : 'nothing';
  }

  private advance(wanted: Wanted): void {
    this.at += 1;
    this.wanted = wanted;
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    this.at += match?.[0].length ?? 0;
    return match !== null;
  }

  private unexpected(): void {
    this.fail(`${JSON.stringify(this.text[this.at])} stands where ${NAMES[this.wanted]} was expected`);
  }

  private fail(message: string): void {
    this.mistake = { offset: this.at, message };
  }
}
