import { readFile } from 'node:fs/promises';
import { runOrThrow } from './command';

const TIMEOUT_MS = 20_000;

/** An SSH key pair: the file of the private half and the text of the public one. */
export interface KeyPair {
  privateKeyPath: string;
  publicKey: string;
}

/** Makes an Ed25519 key without a passphrase at this path. */
export async function makeKey(path: string): Promise<KeyPair> {
  await runOrThrow(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'patchtide', '-f', path], {
    timeoutMs: TIMEOUT_MS,
  });
  return { privateKeyPath: path, publicKey: (await readFile(`${path}.pub`, 'utf8')).trim() };
}
