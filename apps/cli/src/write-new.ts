import { writeFile } from 'node:fs/promises';
import { Failed } from './failures';

/** Writes a file that does not exist yet: what is written never replaces what somebody may need. @throws Failed */
export async function writeNew(
  file: string,
  content: string | Iterable<string> | AsyncIterable<Buffer>,
  option: string,
): Promise<void> {
  try {
    await writeFile(file, content, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new Failed(`${file} exists already`, [], 'Name a file that does not exist.');
    throw new Failed(`${file} cannot be written: ${message}`, [], `Name another place with ${option}.`);
  }
}
