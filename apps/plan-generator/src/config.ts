import { IsString, MinLength } from 'class-validator';
import { StoreConfig } from '@patchtide/service-kit';

/** What plan-generator reads from its environment. */
export class PlannerConfig extends StoreConfig {
  /** Folder with the policies, one YAML or JSON file each. */
  @IsString() @MinLength(1) POLICY_DIR!: string;
}
