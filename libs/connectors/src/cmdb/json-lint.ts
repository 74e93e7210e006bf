import type { Fault } from '@patchtide/contracts';
import { endOfString, skipSpace } from './json-scan';
import { MAX_DEPTH } from './loaded';
import { escaped, lineIndex } from './position';

const MAX_FAULTS = 200;

/** What valid JSON may hold and we do not take: keys that stand twice, and depth without end. */
export function lintJson(text: string, file: string): Fault[] {
  const lint = new JsonLint(text, file);
  lint.run();
  return lint.faults;
}

/** One open object or array: `keys` of an object, `index` in an array, `at` the name under which its next value stands. */
interface Open {
  keys?: Set<string>;
  index: number;
  at: string;
}

/** Walks once and without recursion, so that no depth can harm. */
class JsonLint {
  readonly faults: Fault[] = [];
  private readonly open: Open[] = [];
  private readonly lineAt: (offset: number) => { line: number; column: number };

  constructor(
    private readonly text: string,
    private readonly file: string,
  ) {
    this.lineAt = lineIndex(text);
  }

  run(): void {
    const signs = /["{}[\],]/g;
    for (let match = signs.exec(this.text); match; match = signs.exec(this.text)) {
      if (match[0] === '"') signs.lastIndex = this.string(match.index);
      else this.punctuation(match[0], match.index);
      if (this.faults.length >= MAX_FAULTS || this.open.length > MAX_DEPTH) return;
    }
  }

  private string(offset: number): number {
    const end = endOfString(this.text, offset);
    const top = this.open.at(-1);
    if (!top?.keys || this.text[skipSpace(this.text, end)] !== ':') return end;
    top.at = JSON.parse(this.text.slice(offset, end)) as string;
    if (top.keys.has(top.at)) this.report('stands here twice', 'Keep one of the two.', offset);
    top.keys.add(top.at);
    return end;
  }

  private punctuation(sign: string, offset: number): void {
    const top = this.open.at(-1);
    if (sign === '}' || sign === ']') this.open.pop();
    else if (sign !== ',') this.enter(sign, offset);
    else if (top && !top.keys) top.at = String((top.index += 1));
  }

  private enter(sign: string, offset: number): void {
    this.open.push(sign === '{' ? { keys: new Set(), index: 0, at: '' } : { index: 0, at: '0' });
    if (this.open.length > MAX_DEPTH) {
      this.report(`is nested deeper than ${MAX_DEPTH} levels`, 'Flatten it.', offset);
    }
  }

  private report(message: string, remedy: string, offset: number): void {
    const path = this.open.map(({ at }) => `/${escaped(at)}`).join('');
    this.faults.push({ path, message, remedy, file: this.file, ...this.lineAt(offset) });
  }
}
