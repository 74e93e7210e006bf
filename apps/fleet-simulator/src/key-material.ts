import { utils } from 'ssh2';

export interface KeyPair {
  /** OpenSSH private key file. */
  readonly privateKey: string;
  /** `ssh-ed25519 <base64> <comment>` */
  readonly publicKey: string;
}

const TRIES = 20;

/**
 * A fresh ed25519 key. ssh2 1.17 writes about one key in 250 in a form that it cannot read again (it drops a leading
 * zero byte), so every key is read back and replaced when that fails.
 */
export function newKeyPair(comment: string): KeyPair {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const pair = utils.generateKeyPairSync('ed25519', { comment });
    const isReadable = [pair.private, pair.public].every((text) => !(utils.parseKey(text) instanceof Error));
    if (isReadable) return { privateKey: pair.private, publicKey: pair.public };
  }
  throw new Error(`ssh2 made ${TRIES} keys in a row that it cannot read`);
}

/** One line of a `known_hosts` file. */
export function knownHostsLine(host: { address: string; port: number }, key: KeyPair): string {
  const [algorithm, base64] = key.publicKey.split(' ');
  return `[${host.address}]:${host.port} ${algorithm} ${base64}`;
}
