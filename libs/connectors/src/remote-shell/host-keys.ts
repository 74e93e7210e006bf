import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RemoteHost } from './remote-shell';

/** A public key pinned for a host: its type as OpenSSH names it, and its binary form. */
export interface HostKey {
  type: string;
  blob: Buffer;
}

interface Entry extends HostKey {
  isRevoked: boolean;
  names: readonly string[];
}

/** A known_hosts text that cannot be used as it stands; the message lists every faulty line. */
export class BadKnownHosts extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`known_hosts cannot be used:\n${faults.join('\n')}`);
    this.name = 'BadKnownHosts';
  }
}

/**
 * The pinned host keys, in OpenSSH's known_hosts form: plain and hashed names, `[host]:port`, several keys per host,
 * `@revoked`. Patterns and certificate authorities are refused rather than ignored: a pin that is not applied is worse
 * than none.
 */
export class HostKeys {
  private constructor(private readonly entries: readonly Entry[]) {}

  /** Reads known_hosts text. Throws `BadKnownHosts` naming every faulty line. */
  static parse(text: string): HostKeys {
    const faults: string[] = [];
    const entries: Entry[] = [];
    text.split('\n').forEach((line, index) => {
      if (/^\s*(#|$)/.test(line)) return;
      const entry = parseLine(line.trim());
      if (typeof entry === 'string') faults.push(`line ${index + 1}: ${entry}`);
      else entries.push(entry);
    });
    if (faults.length > 0) throw new BadKnownHosts(faults);
    return new HostKeys(entries);
  }

  /** Reads a known_hosts file. Throws the file system's error or `BadKnownHosts`. */
  static async load(path: string): Promise<HostKeys> {
    return HostKeys.parse(await readFile(path, 'utf8'));
  }

  /** The keys this host may present; empty when none is pinned. A revoked key is never among them. */
  pinnedFor(host: RemoteHost): HostKey[] {
    const name = knownHostsName(host);
    const matching = this.entries.filter((entry) => entry.names.some((known) => namesHost(known, name)));
    const revoked = this.entries.filter((entry) => entry.isRevoked);
    return matching.filter((key) => !revoked.some((bad) => bad.blob.equals(key.blob)));
  }
}

/** How OpenSSH writes a host in known_hosts: the bare name on port 22, `[name]:port` elsewhere. */
export function knownHostsName({ address, port }: RemoteHost): string {
  return port === 22 ? address.toLowerCase() : `[${address.toLowerCase()}]:${port}`;
}

function parseLine(line: string): Entry | string {
  const words = line.split(/\s+/);
  const marker = line.startsWith('@') ? words.shift() : undefined;
  if (marker !== undefined && marker !== '@revoked')
    return `${marker} is not supported; pin the host's own key`;
  const [names, type, base64] = words;
  if (names === undefined || type === undefined || base64 === undefined)
    return 'expected "<names> <key type> <base64 key>"';
  if (marker === undefined && /[*?!]/.test(names))
    return `patterns are not supported (${names}); name each host`;
  const blob = Buffer.from(base64, 'base64');
  if (typeIn(blob) !== type) return `the key is not a ${type} key`;
  return { isRevoked: marker === '@revoked', names: names.split(','), type, blob };
}

/** The type that a public key blob itself names: a length and then that many bytes. */
function typeIn(blob: Buffer): string | undefined {
  if (blob.length < 4) return undefined;
  return blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1');
}

/** A known name is plain, or `|1|<salt>|<HMAC-SHA1 of the name>` as Debian's ssh writes it by default. */
function namesHost(known: string, name: string): boolean {
  const [, kind, salt, digest] = known.split('|');
  if (kind !== '1' || salt === undefined || digest === undefined) return known.toLowerCase() === name;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === digest;
}
