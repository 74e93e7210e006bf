import { ConfigInvalid } from '../config/config-invalid';
import { withoutSecrets } from '../logging/redaction';
import { bootstrapService, type ServiceOptions } from './bootstrap-service';

/**
 * `main.ts` in one call: starts the service, or says on standard error why it cannot and ends the process with exit
 * code 2 for a faulty configuration, 1 for anything else.
 */
export async function runService<C extends object>(options: ServiceOptions<C>): Promise<void> {
  const host = options.host ?? process;
  try {
    await bootstrapService(options);
  } catch (error) {
    const isConfig = error instanceof ConfigInvalid;
    const text = isConfig
      ? error.message
      : withoutSecrets(error instanceof Error ? String(error.stack) : String(error));
    process.stderr.write(`${options.name}: ${text}\n`);
    host.exit(isConfig ? 2 : 1);
  }
}
