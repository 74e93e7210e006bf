import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { StoreConfig } from '@patchtide/service-kit';

/** What campaign-control reads from its environment. */
export class ControlConfig extends StoreConfig {
  /** How long another instance waits for a sign of life before it takes a campaign over. */
  @Type(() => Number) @IsInt() @Min(3_000) @Max(60_000) LEASE_MS = 9_000;
  /** How often campaigns look at the clock. */
  @Type(() => Number) @IsInt() @Min(50) @Max(5_000) TICK_MS = 250;
}
