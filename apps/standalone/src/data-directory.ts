import { chmod, copyFile, mkdir, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

const EXAMPLES = join(__dirname, '..', '..', '..', 'examples');

/** Where an installation keeps its state. */
export interface DataDirectory {
  readonly root: string;
  readonly postgres: string;
  readonly nats: string;
  readonly logs: string;
  readonly policies: string;
  readonly tokens: string;
}

/** /var/lib/patchtide for root, else the user's own data folder. */
export function defaultDataDirectory(): string {
  if (process.getuid?.() === 0) return '/var/lib/patchtide';
  return join(homedir(), '.local', 'share', 'patchtide');
}

/** Creates what is missing. A new installation gets the standard policy to start from. */
export async function openDataDirectory(root: string): Promise<DataDirectory> {
  const directory: DataDirectory = {
    root,
    postgres: join(root, 'postgres'),
    nats: join(root, 'nats'),
    logs: join(root, 'logs'),
    policies: join(root, 'policies'),
    tokens: join(root, 'tokens.json'),
  };
  await mkdir(root, { recursive: true });
  // As root PostgreSQL runs under another user, who must be able to pass through but not to look around.
  await chmod(root, process.getuid?.() === 0 ? 0o711 : 0o700);
  await mkdir(directory.policies, { recursive: true });
  if ((await readdir(directory.policies)).length === 0) {
    await copyFile(join(EXAMPLES, 'policy-standard.yaml'), join(directory.policies, 'standard.yaml'));
  }
  return directory;
}
