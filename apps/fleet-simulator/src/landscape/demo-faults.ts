import type { Landscape } from '@patchtide/contracts';
import type { SimulatedFault } from '../faults';
import { pick, seededRandom, seedFor } from '../random';

const SLOW_RETURN_MS = 6_000;

/** The two faults of the demo: a database that refuses to stop at the first try, a server slow to return from its reboot. */
export function demoFaults({ components, servers }: Landscape, seed: number): SimulatedFault[] {
  const random = seededRandom(seedFor(seed, 'demo faults'));
  const database = pick(
    random,
    components.filter(({ tier, unit }) => tier === 'db' && unit !== undefined),
  );
  const others = servers.filter(({ id }) => id !== database.server);
  const slow = pick(random, others.length > 0 ? others : servers);
  return [
    {
      host: database.server,
      ...(database.unit !== undefined && { unit: database.unit }),
      command: 'systemctl stop',
      kind: 'fail',
      times: 1,
    },
    { host: slow.id, command: 'reboot', kind: 'slow', times: 1, extraMs: SLOW_RETURN_MS },
  ];
}
