import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { waitUntil } from '@patchtide/embedded';
import { canConnect } from './can-connect';
import { describeRealFleet } from './describe-real-fleet';
import type { RealFleet } from './real-fleet';
import { startRealFleet } from './start-real-fleet';
import { type OwnedFleet, startOwnedFleet } from './testing/owner-process';
import { ssh } from './testing/ssh';
import { tracesOf } from './testing/traces';

const start = (): Promise<RealFleet> => startRealFleet({ hosts: [{ name: 'left' }, { name: 'right' }] });
const blockOf = (fleet: RealFleet): number => Number(fleet.host('left').address.split('.')[2]);
const folderOf = (fleet: RealFleet): string => dirname(fleet.privateKeyPath);

const leavesNoTrace = (fleet: { folder: string; block: number }): Promise<unknown> =>
  waitUntil(() => tracesOf(fleet).length === 0, { timeoutMs: 15_000, what: 'the fleet to be gone' }).catch(
    () =>
      // For the message: what is still there.
      expect(tracesOf(fleet)).toEqual([]),
  );

/** The keeper's process group is the guard, the keeper and the namespaces. */
const keeperOf = (fleet: OwnedFleet): number => {
  const keeper = tracesOf(fleet).find((line) => /^process \d+: sh .*keeper\.sh/.test(line));
  return Number(/^process (\d+)/.exec(keeper ?? '')?.[1]);
};

describeRealFleet('a real fleet', () => {
  it('leaves nothing behind when it is stopped, and can be stopped twice', async () => {
    const fleet = await start();
    const traces = { folder: folderOf(fleet), block: blockOf(fleet) };
    expect(tracesOf(traces)).not.toEqual([]);
    await fleet.stop();
    await leavesNoTrace(traces);
    await fleet.stop();
  }, 1_500_000);

  it('leaves no process, mount or folder when its owner is killed with SIGKILL', async () => {
    const fleet = await startOwnedFleet();
    expect(await canConnect(fleet.addresses[0] ?? '', fleet.port)).toBe(true);
    fleet.owner.kill('SIGKILL');
    await leavesNoTrace(fleet);
    expect(await canConnect(fleet.addresses[0] ?? '', fleet.port)).toBe(false);
  });

  it('removes at its start what a fleet has left whose owner and keeper were killed together', async () => {
    const dead = await startOwnedFleet();
    const keeper = keeperOf(dead);
    dead.owner.kill('SIGKILL');
    process.kill(-keeper, 'SIGKILL');
    await waitUntil(async () => !(await canConnect(dead.addresses[0] ?? '', dead.port)), {
      timeoutMs: 10_000,
      what: 'the hosts to be gone',
    });
    expect(tracesOf(dead)).toContain(dead.folder);
    const fleet = await start();
    try {
      expect(tracesOf({ folder: dead.folder, block: -1 })).toEqual([]);
      expect(blockOf(fleet)).toBe(dead.block);
    } finally {
      await fleet.stop();
    }
  });

  it('stands beside another one, which stays when it goes', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    try {
      expect(blockOf(one)).not.toBe(blockOf(two));
      const names = await Promise.all([one, two].map((fleet) => ssh(fleet, fleet.host('right'), 'hostname')));
      expect(names.map(({ stdout }) => stdout)).toEqual(['right\n', 'right\n']);
      await one.stop();
      expect((await ssh(two, two.host('left'), 'hostname')).stdout).toBe('left\n');
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
  });

  it('that is given up while it starts leaves nothing behind', async () => {
    const giveUp = new AbortController();
    const booting = startRealFleet({
      hosts: [{ name: 'left' }],
      progress: (line) => {
        if (line.startsWith('Booting')) giveUp.abort(new Error('enough'));
      },
      signal: giveUp.signal,
    });
    await expect(booting).rejects.toThrow('enough');
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain('patchtide-real-fleet');
  });

  it('that is given up while a host is set up does not wait for it, and leaves nothing behind', async () => {
    const giveUp = new AbortController();
    let name = '';
    const booting = startRealFleet({
      hosts: [
        {
          name: 'left',
          setup: async (host) => {
            name = await host.execOrThrow(['hostname']);
            giveUp.abort(new Error('enough'));
            await new Promise(() => undefined);
          },
        },
      ],
      signal: giveUp.signal,
    });
    await expect(booting).rejects.toThrow('enough');
    expect(name).toBe('left\n');
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain('patchtide-real-fleet');
  });

  it('refuses names that no host can have, and two hosts of one name', async () => {
    await expect(startRealFleet({ hosts: [{ name: 'Web 1' }] })).rejects.toThrow('"Web 1" is no host name');
    await expect(startRealFleet({ hosts: [{ name: 'a' }, { name: 'a' }] })).rejects.toThrow('same name');
  });
});
