import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LIMITS = { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 };

/** The text of each page of a PDF, as another program reads it: `pdftotext`, of Debian's poppler-utils. */
export async function pagesOf(pdf: Buffer, pdftotext: string): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), 'patchtide-pdf-'));
  try {
    const file = join(home, 'report.pdf');
    await writeFile(file, pdf);
    const { stdout } = await run(pdftotext, ['-layout', '-enc', 'UTF-8', file, '-'], LIMITS);
    // Every page ends with a form feed.
    return stdout.split('\f').slice(0, -1);
  } finally {
    await rm(home, { recursive: true });
  }
}
