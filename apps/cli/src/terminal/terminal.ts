import { type Paint, painter } from './style';

const WIDEST = 200;

/** Something to write on that may be a terminal: process.stdout, or a stand-in. */
export interface Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(data: string | Uint8Array): boolean;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** A stream, and what can be shown on it. */
export interface Terminal {
  readonly stream: Writable;
  readonly paint: Paint;
  /** Whether the cursor can be moved; a pipe, a file and a dumb terminal only take lines. */
  readonly isScreen: boolean;
  /** Whether it shows more than ASCII. */
  readonly isUnicode: boolean;
  /** Cells in a line; undefined where a line has no end. */
  width(): number | undefined;
}

/** What a stream can show, by itself and by the environment (NO_COLOR, TERM, LC_ALL, LC_CTYPE, LANG). */
export function terminalOf(stream: Writable, env: NodeJS.ProcessEnv): Terminal {
  const isTerminal = stream.isTTY === true;
  const isScreen = isTerminal && env['TERM'] !== undefined && env['TERM'] !== 'dumb';
  return {
    stream,
    paint: painter(isScreen && (env['NO_COLOR'] ?? '') === ''),
    isScreen,
    isUnicode: env['TERM'] !== 'linux' && hasUnicodeLocale(env),
    width: () => (isTerminal ? Math.min(stream.columns ?? 80, WIDEST) : undefined),
  };
}

/** Where nothing is said, as in most containers, today's terminals show UTF-8. */
function hasUnicodeLocale(env: NodeJS.ProcessEnv): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => (value ?? '') !== '');
  return locale === undefined || /utf-?8/i.test(locale);
}
