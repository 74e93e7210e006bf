import { IsUrl } from 'class-validator';
import { StoreConfig } from '@patchtide/service-kit';

/** What the console reads from its environment. */
export class ConsoleConfig extends StoreConfig {
  /** Where incident-projection answers; `/v1/incidents` is handed on to it. */
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] }) INCIDENTS_URL =
    'http://127.0.0.1:3006';
}
