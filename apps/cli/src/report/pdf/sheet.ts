import PDFDocument from 'pdfkit';
import { winAnsi } from './win-ansi';
import { wrapped } from './wrap';

export interface Ink {
  readonly font: 'Helvetica' | 'Helvetica-Bold' | 'Courier';
  /** In points. */
  readonly size: number;
  readonly colour: string;
}

export interface SheetOptions {
  readonly title: string;
  /** The only date in the document, so that the same content gives the same bytes. */
  readonly createdAt: Date;
}

// A4 landscape, in points.
const PAGE = { width: 841.89, height: 595.28 };
const MARGIN = 42;
const BOTTOM = PAGE.height - 46;
const FOOT = PAGE.height - 32;
/** Widths that are remembered, of each ink. */
const MAX_KNOWN = 20_000;

/** Paper to write on from top to bottom. Everything that is written goes through `winAnsi`. */
export class Sheet {
  readonly left = MARGIN;
  readonly width = PAGE.width - 2 * MARGIN;
  private y = MARGIN;
  /** Of what was written last on this page. */
  private colour = '';
  private readonly widths = new Map<Ink, Map<string, number>>();
  private section: PDFKit.PDFOutline | null = null;
  private readonly document: PDFKit.PDFDocument;

  constructor({ title, createdAt }: SheetOptions) {
    this.document = new PDFDocument({
      ...{ size: [PAGE.width, PAGE.height], margin: 0, lang: 'en', displayTitle: true },
      // Later versions carry the title in XML as well, where PDFKit 0.20 does not escape it.
      pdfVersion: '1.3',
      // How many pages there are is known at the end.
      bufferPages: true,
      info: { Title: winAnsi(title), Creator: 'Patchtide', Producer: 'Patchtide', CreationDate: createdAt },
    });
  }

  /** Points that are left on this page. */
  get room(): number {
    return BOTTOM - this.y;
  }

  /** Points that an empty page has. */
  get wholeRoom(): number {
    return BOTTOM - MARGIN;
  }

  /** Goes on at the top of a new page. */
  turn(): void {
    this.document.addPage();
    this.colour = '';
    this.y = MARGIN;
  }

  /** Leaves some points free. */
  down(points: number): void {
    this.y += points;
  }

  /** Lines of a text that fit a width. */
  lines(text: string, width: number, ink: Ink): string[] {
    return wrapped(winAnsi(text), width, (part) => this.widthOf(part, ink));
  }

  /** A line at the present height, right-aligned where a width is given. The height stays. */
  put(line: string, x: number, ink: Ink, rightIn?: number): void {
    const text = winAnsi(line);
    const shift = rightIn === undefined ? 0 : rightIn - this.widthOf(text, ink);
    if (this.colour !== ink.colour) this.document.fillColor(ink.colour);
    this.colour = ink.colour;
    this.document
      .font(ink.font)
      .fontSize(ink.size)
      .text(text, x + shift, this.y, { lineBreak: false });
  }

  /** A thin line over the whole width at the present height. */
  rule(colour: string, thickness: number): void {
    this.document
      .moveTo(this.left, this.y)
      .lineTo(this.left + this.width, this.y)
      .lineWidth(thickness)
      .strokeColor(colour)
      .stroke();
  }

  /** Writes a text over the whole width, on as many pages as it takes. */
  paragraph(text: string, ink: Ink): void {
    for (const line of this.lines(text, this.width, ink)) {
      if (this.room < ink.size * 1.4) this.turn();
      this.put(line, this.left, ink);
      this.down(ink.size * 1.4);
    }
  }

  /** A line in the reader's list of contents that leads to this page. */
  bookmark(title: string): void {
    this.section = this.document.outline.addItem(winAnsi(title));
  }

  /** The same, below the last `bookmark`. */
  subBookmark(title: string): void {
    this.section?.addItem(winAnsi(title));
  }

  /** Writes the foot of every page and gives the finished document. */
  finish(foot: string, ink: Ink): AsyncIterable<Buffer> {
    const { start, count } = this.document.bufferedPageRange();
    const [left = ''] = this.lines(foot, this.width * 0.8, ink);
    for (let page = start; page < start + count; page++) {
      this.document.switchToPage(page);
      this.colour = '';
      this.y = FOOT;
      this.put(left, this.left, ink);
      this.put(`Page ${page + 1} of ${count}`, this.left, ink, this.width);
    }
    this.document.end();
    return this.document;
  }

  /** The same texts come again and again, on every server. */
  private widthOf(text: string, ink: Ink): number {
    const known = this.widths.get(ink) ?? new Map<string, number>();
    this.widths.set(ink, known);
    const width = known.get(text) ?? this.document.font(ink.font).fontSize(ink.size).widthOfString(text);
    if (known.size < MAX_KNOWN) known.set(text, width);
    return width;
  }
}
