import { printable } from '../terminal/printable';

/** What an attribute may be; numbers are written with at most one decimal, undefined ones not at all. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** What XML 1.0 has no room for, not even escaped. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text from outside as text of an SVG document, whatever it is. */
export function escaped(text: string): string {
  return printable(text)
    .replace(NOT_XML, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** An element; `content` is SVG already. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${valueOf(value)}"`]))
    .join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** A line of text at a place. */
export function text(
  at: { readonly x: number; readonly y: number },
  words: string,
  more: Attributes = {},
): string {
  return element('text', { ...at, ...more }, escaped(words));
}

function valueOf(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 10) / 10) : escaped(value);
}
