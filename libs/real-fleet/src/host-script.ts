import { join } from 'node:path';

/** The path of one of the shell scripts in `host/`, from the sources and from the build alike. */
export function hostScript(name: string): string {
  return join(__dirname, '..', 'host', name);
}
