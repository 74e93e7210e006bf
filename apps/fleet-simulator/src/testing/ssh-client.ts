import { Client } from 'ssh2';

export interface ClientTarget {
  readonly address: string;
  readonly port: number;
  readonly privateKey: string;
}

export interface ExecResult {
  /** Undefined when the connection ended first. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A plain ssh2 client for specs, independent of the product's own shell. */
export function connectClient({ address, port, privateKey }: ClientTarget): Promise<Client> {
  const client = new Client();
  return new Promise((resolve, reject) => {
    client.once('ready', () => {
      client.setNoDelay(true);
      resolve(client);
    });
    client.on('error', reject);
    client.connect({ host: address, port, username: 'ops', privateKey, hostVerifier: () => true });
  });
}

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

export function exec(client: Client, argv: readonly string[], stdin = ''): Promise<ExecResult> {
  return execLine(client, argv.map(quote).join(' '), stdin);
}

export function execLine(client: Client, line: string, stdin = ''): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    client.exec(line, (error, channel) => {
      if (error) return reject(error);
      let [stdout, stderr] = ['', ''];
      let code: number | undefined;
      channel.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      channel.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      channel.on('exit', (exitCode: number) => (code = exitCode));
      channel.on('close', () => resolve({ code, stdout, stderr }));
      channel.end(stdin);
    });
  });
}
