import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Landscape } from '@patchtide/contracts';
import type { KeyPair } from './key-material';

export interface FleetFiles {
  readonly landscape: string;
  readonly knownHosts: string;
  readonly clientKey: string;
}

export interface FleetDocuments {
  readonly landscape: Landscape;
  readonly knownHosts: string;
  readonly clientKey: KeyPair;
}

/** Writes what a client of the fleet needs; the private key is readable by its owner only. */
export async function writeFleetFiles(
  directory: string,
  documents: FleetDocuments,
  landscapeFile = join(directory, 'landscape.json'),
): Promise<FleetFiles> {
  const files = {
    landscape: landscapeFile,
    knownHosts: join(directory, 'known_hosts'),
    clientKey: join(directory, 'client_key'),
  };
  await mkdir(directory, { recursive: true });
  await mkdir(dirname(landscapeFile), { recursive: true });
  await Promise.all([
    writeFile(files.landscape, `${JSON.stringify(documents.landscape, null, 1)}\n`),
    writeFile(files.knownHosts, documents.knownHosts),
    writeFile(files.clientKey, documents.clientKey.privateKey, { mode: 0o600 }),
    writeFile(`${files.clientKey}.pub`, `${documents.clientKey.publicKey}\n`),
  ]);
  return files;
}
