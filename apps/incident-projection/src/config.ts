import { StoreConfig } from '@patchtide/service-kit';

/** What incident-projection reads from its environment. */
export class IncidentConfig extends StoreConfig {}
