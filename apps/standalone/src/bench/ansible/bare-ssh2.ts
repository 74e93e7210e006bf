// The floor: ssh2 and nothing else. One connection per host, 6 × `true` on it one after the other.
//   node bare-ssh2.js <json: { addresses, port, user, privateKey, parallel, tasks }>   prints { seconds, cpuSeconds, done }
import { readFileSync } from 'node:fs';
// eslint-disable-next-line fence/vendor-home, @nx/enforce-module-boundaries -- ssh2 itself is what is measured here
import { Client } from 'ssh2';

export interface BareOrder {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
  readonly parallel: number;
  readonly tasks: number;
}

export interface BareResult {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Tasks that ended with exit code 0. */
  readonly done: number;
}

async function workOn(address: string, order: BareOrder, privateKey: Buffer): Promise<number> {
  const client = await connect(address, order, privateKey);
  let done = 0;
  for (let task = 0; task < order.tasks; task += 1) if ((await run(client, 'true')) === 0) done += 1;
  client.end();
  return done;
}

function connect(host: string, { port, user: username }: BareOrder, privateKey: Buffer): Promise<Client> {
  const client = new Client();
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve(client)).once('error', reject);
    // Without this every exec waits 40 ms for Nagle's algorithm.
    client.once('connect', () => client.setNoDelay(true));
    client.connect({ host, port, username, privateKey, readyTimeout: 60_000, hostVerifier: () => true });
  });
}

function run(client: Client, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) return reject(error);
      let code = -1;
      channel.on('exit', (ended: number) => (code = ended)).on('close', () => resolve(code));
      channel.resume();
      channel.stderr.resume();
    });
  });
}

async function main(order: BareOrder): Promise<void> {
  const privateKey = readFileSync(order.privateKey);
  const queue = [...order.addresses];
  const beganMs = performance.now();
  const began = process.cpuUsage();
  const worker = async (): Promise<number> => {
    let done = 0;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      done += await workOn(next, order, privateKey);
    }
    return done;
  };
  const counts = await Promise.all(Array.from({ length: order.parallel }, worker));
  const seconds = (performance.now() - beganMs) / 1000;
  const { user, system } = process.cpuUsage(began);
  const done = counts.reduce((sum, count) => sum + count, 0);
  const result: BareResult = { seconds, cpuSeconds: (user + system) / 1e6, done };
  process.stdout.write(JSON.stringify(result));
}

void main(JSON.parse(process.argv[2] ?? '') as BareOrder);
