import { connect, isIP, type Socket } from 'node:net';
import { Client, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import type { HostKey, HostKeys } from './host-keys';
import { type RemoteHost, Unreachable, type UnreachableReason } from './remote-shell';

/** Who logs in and how a peer is recognised. All of it comes from configuration, none of it from work or hosts. */
export interface SshIdentity {
  user: string;
  /** The private key itself, in OpenSSH or PEM form. */
  privateKey: string | Buffer;
  hostKeys: HostKeys;
  /** For TCP connect, key exchange and login together. */
  connectTimeoutMs: number;
  /** A sign of life is sent this often; three without an answer end the connection. */
  keepaliveMs: number;
}

export interface LoginAttempt {
  /** Gives up the login, not the connection that comes out of it. */
  signal: AbortSignal;
  /** The TCP connection stands: from now on the host counts this login. */
  onConnected: () => void;
}

const HOST_NAME = /^(?!-)[A-Za-z0-9-]{1,63}(\.(?!-)[A-Za-z0-9-]{1,63})*\.?$/;

/** How a key of each type may sign. RSA signs with SHA-2 only; other types in known_hosts cannot be checked here. */
const SIGNATURES: Readonly<Record<string, ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/**
 * Logs in to a host whose key is pinned. Throws `Unreachable`, with a remedy where a person has to act.
 */
export async function connectSsh(
  host: RemoteHost,
  identity: SshIdentity,
  attempt: LoginAttempt,
): Promise<Client> {
  if (isIP(host.address) === 0 && !HOST_NAME.test(host.address)) {
    throw new Unreachable(host, 'bad-address', 'this is neither an IP address nor a host name');
  }
  const pinned = identity.hostKeys.pinnedFor(host).filter(({ type }) => type in SIGNATURES);
  if (pinned.length === 0) throw noKeyPinned(host);
  attempt.signal.throwIfAborted();
  const socket = connect({ host: host.address, port: host.port, noDelay: true });
  socket.once('connect', () => {
    socket.setNoDelay(true);
    attempt.onConnected();
  });
  const giveUp = (): unknown => socket.destroy();
  attempt.signal.addEventListener('abort', giveUp, { once: true });
  return login(host, connectConfig(identity, pinned, socket)).finally(() => {
    attempt.signal.removeEventListener('abort', giveUp);
  });
}

function login(host: RemoteHost, config: ConnectConfig & { sock: Socket }): Promise<Client> {
  const client = new Client();
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      config.sock.destroy();
      reject(unreachable(host, error));
    };
    const ended = (): void => fail(new Error('the host closed the connection during the login'));
    // Stays for good: an error event nobody listens to ends the process. After the login, close says the same.
    client.on('error', fail);
    client.once('close', ended);
    client.once('ready', () => {
      client.off('close', ended);
      resolve(client);
    });
    client.connect(config);
  });
}

function connectConfig(
  identity: SshIdentity,
  pinned: HostKey[],
  sock: Socket,
): ConnectConfig & { sock: Socket } {
  return {
    sock,
    username: identity.user,
    privateKey: identity.privateKey,
    authHandler: ['publickey'],
    readyTimeout: identity.connectTimeoutMs,
    keepaliveInterval: identity.keepaliveMs,
    keepaliveCountMax: 3,
    hostVerifier: (key: Buffer) => pinned.some(({ blob }) => blob.equals(key)),
    algorithms: {
      serverHostKey: signatureAlgorithms(pinned),
      kex: [
        'curve25519-sha256',
        'curve25519-sha256@libssh.org',
        'ecdh-sha2-nistp256',
        'diffie-hellman-group14-sha256',
      ],
      // The first ones are computed by node's own crypto, also where ssh2's native part could not be built.
      cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes256-ctr'],
      compress: ['none'],
    },
  };
}

function signatureAlgorithms(pinned: HostKey[]): ServerHostKeyAlgorithm[] {
  return [...new Set(pinned.flatMap(({ type }) => SIGNATURES[type] ?? []))];
}

function noKeyPinned(host: RemoteHost): Unreachable {
  const { address, port } = host;
  const remedy = `ssh-keyscan -p ${port} ${address} shows it; add it to known_hosts once you have checked it`;
  return new Unreachable(host, 'host-key-unknown', `no host key is pinned for it; ${remedy}`);
}

interface SshError extends Error {
  level?: string;
  code?: string;
}

function unreachable(host: RemoteHost, error: SshError): Unreachable {
  const reason = reasonOf(error);
  if (reason !== 'host-key-changed') return new Unreachable(host, reason, error.message, { cause: error });
  const detail =
    'it does not present a pinned host key. It may be another machine; check it before pinning the new key';
  return new Unreachable(host, reason, detail, { cause: error });
}

const BY_CODE: Record<string, UnreachableReason> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'no-answer',
  EHOSTUNREACH: 'no-answer',
  ENETUNREACH: 'no-answer',
  EHOSTDOWN: 'no-answer',
  ENOTFOUND: 'unknown-name',
  EAI_AGAIN: 'unknown-name',
  ECONNRESET: 'dropped',
  EPIPE: 'dropped',
};

function reasonOf({ message, level, code }: SshError): UnreachableReason {
  const byCode = code === undefined ? undefined : BY_CODE[code];
  if (byCode !== undefined) return byCode;
  if (/host denied|no matching (server )?host key/i.test(message)) return 'host-key-changed';
  if (level === 'client-authentication') return 'authentication';
  if (level === 'client-timeout') return 'no-answer';
  if (/closed the connection|connection lost|before handshake/i.test(message)) return 'dropped';
  return 'protocol';
}
