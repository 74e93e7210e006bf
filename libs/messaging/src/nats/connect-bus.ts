import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type ConnectionOptions, credsAuthenticator, ErrorCode, type NatsConnection } from 'nats';
import type { Bus, OnNotice } from '../bus';
import { CannotConnect, reasonOf } from '../errors';
import { growingDelayMs } from '../growing-delay';
import { NatsBus } from './nats-bus';
import { codeOf } from './nats-errors';

export interface ConnectBusOptions {
  /** One URL, or several of one cluster separated by commas. */
  readonly url: string;
  /** Shown in the server's connection list. */
  readonly name: string;
  readonly token?: string;
  readonly user?: string;
  readonly password?: string;
  /** Path of a NATS credentials file. */
  readonly creds?: string;
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
  /** Ends the waiting for the first connection. */
  readonly signal?: AbortSignal;
  /** How long to wait for the first connection; default: until it is there. Later losses are waited out for ever. */
  readonly giveUpAfterMs?: number;
  readonly onNotice?: OnNotice;
}

const RETRY = { firstMs: 100, capMs: 5_000 };

/**
 * Connects, waiting for the server where it is not up yet, and stays connected for ever, with jitter between the tries.
 * @throws CannotConnect when the credentials are refused or `giveUpAfterMs` has passed; the signal's reason when aborted.
 */
export async function connectBus(options: ConnectBusOptions): Promise<Bus> {
  const notify = options.onNotice ?? (() => undefined);
  const settings = await connectionOptions(options);
  const deadline = Date.now() + (options.giveUpAfterMs ?? Infinity);
  for (let failures = 1; ; failures += 1) {
    options.signal?.throwIfAborted();
    try {
      return await busOver(await connectUnlessAborted(settings, options.signal), notify);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (isRefused(error))
        throw new CannotConnect(withoutSecrets(options.url), 'the credentials were refused', {
          cause: error,
        });
      const waitMs = growingDelayMs(failures, RETRY);
      if (Date.now() + waitMs > deadline)
        throw new CannotConnect(withoutSecrets(options.url), reasonOf(error), { cause: error });
      const detail = { url: withoutSecrets(options.url), failures, reason: reasonOf(error) };
      notify({ code: 'cannot-connect-yet', message: 'waiting for NATS', detail });
      await pause(waitMs, options.signal);
    }
  }
}

/** Ends early at the abort; the loop then says why. */
async function pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return delay(waitMs);
  await delay(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/** Builds the bus over an open connection. Exported for the contract suite, which breaks connections on purpose. */
export async function busOver(nc: NatsConnection, notify: OnNotice): Promise<Bus> {
  const manager = await nc.jetstreamManager({ checkAPI: false, timeout: 5_000 });
  return new NatsBus(nc, { client: nc.jetstream({ timeout: 5_000 }), manager }, notify);
}

async function connectionOptions(options: ConnectBusOptions): Promise<ConnectionOptions> {
  const { name, creds, tls } = options;
  const { servers, token, user, password } = { ...serversOf(options.url), ...definedIn(options) };
  return {
    servers,
    name,
    timeout: 5_000,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 400,
    reconnectJitterTLS: 400,
    // A rotated token must not end a service for good; it comes back when the server knows it again.
    ignoreAuthErrorAbort: true,
    // A stack trace taken at every request costs more than it ever told.
    noAsyncTraces: true,
    // A server that hangs without closing the connection is noticed after 15 to 20 seconds.
    pingInterval: 5_000,
    maxPingOut: 3,
    ...(token === undefined ? {} : { token }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { pass: password }),
    ...(tls === undefined ? {} : { tls }),
    ...(creds === undefined ? {} : { authenticator: credsAuthenticator(await readFile(creds)) }),
  };
}

async function connectUnlessAborted(
  settings: ConnectionOptions,
  signal?: AbortSignal,
): Promise<NatsConnection> {
  const pending = connect(settings);
  if (signal === undefined) return pending;
  const connection = await pending;
  if (!signal.aborted) return connection;
  await connection.close();
  throw signal.reason;
}

function isRefused(error: unknown): boolean {
  return (
    codeOf(error) === ErrorCode.AuthorizationViolation || codeOf(error) === ErrorCode.AuthenticationExpired
  );
}

/** `nats://token@host` and `nats://user:password@host`: the client itself reads only the hosts. */
function serversOf(
  url: string,
): Pick<ConnectBusOptions, 'token' | 'user' | 'password'> & { servers: string[] } {
  const servers = withoutSecrets(url)
    .split(',')
    .map((server) => server.trim());
  const [first = '', second] = /\/\/([^@/]*)@/.exec(url)?.[1]?.split(':').map(decodeURIComponent) ?? [];
  if (first === '') return { servers };
  return second === undefined ? { servers, token: first } : { servers, user: first, password: second };
}

function definedIn({ token, user, password }: ConnectBusOptions) {
  return {
    ...(token === undefined ? {} : { token }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  };
}

function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^@/]*@/g, '//');
}
