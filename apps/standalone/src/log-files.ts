import { copyFile, mkdir, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

const LARGEST_BYTES = 50 * 1024 * 1024;
const CHECK_EVERY_MS = 60_000;

/** The folder with one log file per part, none of which grows without limit. */
export class LogFiles {
  private readonly timer: NodeJS.Timeout;

  private constructor(
    readonly directory: string,
    private readonly report: (line: string) => void,
  ) {
    this.timer = setInterval(() => void this.trim(), CHECK_EVERY_MS);
    this.timer.unref();
  }

  static async open(directory: string, report: (line: string) => void): Promise<LogFiles> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const files = new LogFiles(directory, report);
    await files.trim();
    return files;
  }

  of(part: string): string {
    return join(this.directory, `${part}.log`);
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** Writers append, so a file can be copied and emptied under them; a few lines written in between are lost. */
  private async trim(): Promise<void> {
    try {
      for (const name of await readdir(this.directory)) {
        const file = join(this.directory, name);
        if (!name.endsWith('.log') || (await stat(file)).size <= LARGEST_BYTES) continue;
        await copyFile(file, `${file}.1`);
        await truncate(file);
      }
    } catch (error) {
      this.report(`log files could not be trimmed: ${(error as Error).message}`);
    }
  }
}
