import type { Policy } from '@patchtide/contracts';
import type { SystemOptions } from '../system';

/** Something that was found out, in one or more lines, and whether it is as it should be. */
export interface Fact {
  readonly name: string;
  readonly lines: readonly string[];
  readonly good: boolean;
}

/** What the hosts themselves say about a campaign that is over: nothing here comes from the system that ran it. */
export interface FleetRecord {
  /** What went wrong on purpose, in words. */
  readonly faults: readonly string[];
  /** How many changes a host was made to do a second time. */
  readonly executedTwice: number;
  readonly facts: readonly Fact[];
}

/** Running hosts for the demo, simulated or booted. */
export interface DemoFleet {
  /** The procedure that fits them. */
  readonly policy: Policy;
  /** How the services reach them, and where their landscape is. */
  readonly settings: NonNullable<SystemOptions['settings']>;
  /** Makes them ready for the change, and tells in lines for people what they do before it. */
  readonly prepare: () => Promise<readonly string[]>;
  readonly record: () => Promise<FleetRecord>;
  /** For people: how to look into the hosts themselves. */
  readonly looks: readonly string[];
  readonly stop: () => Promise<void>;
}
