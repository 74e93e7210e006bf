import type { Landscape } from '@patchtide/contracts';
import type { SimulatedFault } from './faults';

export interface FleetOptions {
  /** Number of servers of a generated landscape; 200 when absent. */
  readonly servers?: number;
  readonly applications?: number;
  /** Simulate these servers instead; addresses must be loopback addresses. */
  readonly landscape?: Landscape;
  /** Draws landscape, durations, updates and boot ids; 1 when absent. */
  readonly seed?: number;
  /** 2 is twice as fast as life, 1 when absent. */
  readonly speed?: number;
  /** Nothing takes any time. */
  readonly instant?: boolean;
  /** SSH port on every address; a free one when absent. */
  readonly port?: number;
  /** First two octets of generated addresses; `127.10` when absent. */
  readonly addressBase?: string;
  /** `demo` is one database that refuses to stop once and one server slow to return. */
  readonly faults?: readonly SimulatedFault[] | 'demo';
  /** One host key for all, or one for each (the default). */
  readonly hostKeys?: 'fleet' | 'per-host';
  /** `missing`: the runner answers only after a client has put it there. Installed from the start when absent. */
  readonly runner?: 'installed' | 'missing';
  /** The webhook receiver refuses what this secret did not sign; without it everything is accepted. */
  readonly webhookSecret?: string;
  /** Writes landscape, known hosts and client key here. Without it nothing touches the disk. */
  readonly directory?: string;
  /** Where the landscape goes instead of `<directory>/landscape.json`. */
  readonly landscapeFile?: string;
}
