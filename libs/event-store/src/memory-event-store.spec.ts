import { eventStoreContract } from './event-store.contract';
import { MemoryEventStore } from './memory-event-store';

describe('MemoryEventStore', () => {
  const store = new MemoryEventStore();
  eventStoreContract(() => ({ store, settle: async () => undefined }));
});
