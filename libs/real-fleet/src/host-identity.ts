import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KeyPair } from './keys';

// The first user that Debian creates.
const LOGIN_USER_ID = 1000;

/** What makes one host differ from another; it stays the same when the host gets a fresh disk. */
export interface HostIdentity {
  name: string;
  address: string;
  port: number;
  machineId: string;
  hostKey: KeyPair;
}

/** 32 hexadecimal digits, as /etc/machine-id wants them. */
export function newMachineId(): string {
  return randomBytes(16).toString('hex');
}

/** Writes a host's name, keys and sshd settings into its file tree. `neighbours` is the text of /etc/hosts. */
export async function writeIdentity(
  root: string,
  identity: HostIdentity,
  options: { clientKey: string; neighbours: string },
): Promise<void> {
  const { name, machineId, hostKey } = identity;
  await writeTree(root, {
    '/etc/hostname': `${name}\n`,
    '/etc/hosts': options.neighbours,
    '/etc/machine-id': `${machineId}\n`,
    '/etc/ssh/sshd_config.d/patchtide.conf': sshdSettings(identity),
    '/etc/ssh/ssh_host_ed25519_key': await readFile(hostKey.privateKeyPath, 'utf8'),
    '/etc/ssh/ssh_host_ed25519_key.pub': `${hostKey.publicKey}\n`,
    '/root/.ssh/authorized_keys': `${options.clientKey}\n`,
    '/home/patchtide/.ssh/authorized_keys': `${options.clientKey}\n`,
  });
  await chmod(join(root, '/etc/ssh/ssh_host_ed25519_key'), 0o600);
  for (const path of ['/home/patchtide/.ssh', '/home/patchtide/.ssh/authorized_keys']) {
    await chown(join(root, path), LOGIN_USER_ID, LOGIN_USER_ID);
  }
}

/** Writes files, given by their absolute path on the host, readable by everybody there. */
export async function writeTree(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text, { mode: 0o644 });
  }
}

// The network is the machine's own, so every service has to name the host's address.
function sshdSettings({ address, port }: HostIdentity): string {
  return [
    `Port ${port}`,
    `ListenAddress ${address}`,
    'HostKey /etc/ssh/ssh_host_ed25519_key',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    '',
  ].join('\n');
}
