import { once } from 'node:events';
import { createServer, type Server as TcpServer, type Socket } from 'node:net';
import { type Connection, Server as SshServer, type ServerChannel } from 'ssh2';
import type { FaultBook } from '../faults';
import type { SimulatedHost } from '../host/simulated-host';
import type { KeyPair } from '../key-material';
import { keyAuthentication } from './authentication';
import { type ExecOptions, serveExec } from './serve-exec';

export interface EndpointOptions extends ExecOptions {
  readonly host: SimulatedHost;
  readonly address: string;
  readonly port: number;
  readonly hostKey: KeyPair;
  readonly clientPublicKey: string;
  readonly faults: FaultBook;
  readonly counters: EndpointCounters;
}

/** What all endpoints of a fleet have served so far. */
export interface EndpointCounters {
  connections: number;
  execs: number;
}

/** OpenSSH's MaxSessions. */
const MAX_SESSIONS = 10;
const REBIND_PAUSE_MS = 50;

/** The SSH daemon of one host: listens while the host is up, drops everybody when it goes down. */
export class SshEndpoint {
  private readonly ssh: SshServer;
  private readonly sockets = new Set<Socket>();
  private tcp: TcpServer | undefined;
  private isWanted = false;

  constructor(private readonly options: EndpointOptions) {
    const { hostKey, clientPublicKey } = options;
    const authenticate = keyAuthentication(clientPublicKey);
    this.ssh = new SshServer(
      { hostKeys: [hostKey.privateKey], ident: 'OpenSSH_9.2p1 Debian-2+deb12u7' },
      (client) => {
        client.on('authentication', authenticate);
        client.on('error', () => undefined);
        client.on('ready', () => this.serve(client));
      },
    );
  }

  /** Begins to listen; rejects when the address is taken. */
  async open(): Promise<void> {
    this.isWanted = true;
    const tcp = createServer({ noDelay: true }, (socket) => this.accept(socket));
    this.tcp = tcp;
    tcp.listen(this.options.port, this.options.address);
    await once(tcp, 'listening');
  }

  /** As `open`, but tries again while the address is still taken: a host that boots has no caller to complain to. */
  reopen(): void {
    const tried = this.open();
    const { tcp } = this;
    tried.catch(() => {
      setTimeout(() => {
        if (this.isWanted && this.tcp === tcp) this.reopen();
      }, REBIND_PAUSE_MS);
    });
  }

  /** Refuses new connections and drops the open ones. */
  close(): void {
    this.isWanted = false;
    this.tcp?.close();
    this.tcp = undefined;
    this.cut();
  }

  /** Drops the open connections; new ones are welcome. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const { host, faults, counters } = this.options;
    counters.connections++;
    const fault = faults.take({ server: host.state.server, command: 'connect', argv: [] }, ['fail', 'hang']);
    if (fault?.kind === 'fail') socket.destroy();
    else if (fault === undefined) this.ssh.injectSocket(socket);
  }

  private serve(client: Connection): void {
    let sessions = 0;
    client.on('session', (accept, reject) => {
      if (sessions >= MAX_SESSIONS) return reject();
      sessions++;
      const session = accept();
      session.once('close', () => sessions--);
      session.on('exec', (acceptExec, _, { command }) => this.exec(acceptExec(), command));
    });
  }

  private exec(channel: ServerChannel, command: string): void {
    this.options.counters.execs++;
    serveExec(this.options.host, command, channel, this.options);
  }
}
