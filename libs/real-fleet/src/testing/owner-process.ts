import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { firstJsonLine, READ_TYPESCRIPT } from '@patchtide/embedded';

/** A fleet whose owner is a process of its own, so that it can be killed. */
export interface OwnedFleet {
  owner: ChildProcess;
  folder: string;
  block: number;
  addresses: string[];
  port: number;
}

/** Starts two hosts in a process of its own and returns when they are up. */
export async function startOwnedFleet(): Promise<OwnedFleet> {
  const script = `
    const { startRealFleet } = require(${JSON.stringify(join(__dirname, '..', 'index'))});
    startRealFleet({ hosts: [{ name: 'left' }, { name: 'right' }] }).then((fleet) => console.log(JSON.stringify({
      folder: require('node:path').dirname(fleet.privateKeyPath),
      addresses: fleet.hosts.map(({ address }) => address),
      port: fleet.hosts[0].port,
    })));
    setInterval(() => undefined, 1000);`;
  const owner = spawn(process.execPath, ['-e', READ_TYPESCRIPT + script], {
    cwd: __dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const fleet = await firstJsonLine<Omit<OwnedFleet, 'owner' | 'block'>>(owner);
  return { ...fleet, owner, block: Number(fleet.addresses[0]?.split('.')[2]) };
}
