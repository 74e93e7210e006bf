import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDebianPackage } from './debian-package';
import { startGuarded } from './guarded-process';
import type { RunningServer } from './running-server';
import { serverHome } from './server-home';
import { startServer } from './start-server';

const READY_TIMEOUT_MS = 30_000;

// Nothing is sent anywhere: one receiver without any integration.
const CONFIGURATION = 'route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n';

export interface AlertmanagerOptions {
  /** Kept at stop. Without it: a fresh temporary directory, removed at stop. */
  dataDir?: string;
  /** Default: a free one. */
  port?: number;
}

/** Starts a Prometheus Alertmanager on 127.0.0.1 and returns when it says it is ready. For tests of connectors. */
export async function startAlertmanager(options: AlertmanagerOptions = {}): Promise<RunningServer> {
  const command = await ensureDebianPackage('prometheus-alertmanager', 'prometheus-alertmanager');
  const home = await serverHome(options.dataDir, 'am');
  const { directory, scratch } = home;
  await writeFile(join(directory, 'alertmanager.yml'), CONFIGURATION);
  const server = await startServer(home, {
    name: 'prometheus-alertmanager',
    port: options.port,
    timeoutMs: READY_TIMEOUT_MS,
    launch: (port) =>
      startGuarded({
        command,
        args: [
          `--config.file=${join(directory, 'alertmanager.yml')}`,
          `--storage.path=${join(directory, 'storage')}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--cluster.listen-address=',
        ],
        log: join(directory, 'alertmanager.log'),
        scratch,
      }),
    ready: saysReady,
  });
  return { url: `http://127.0.0.1:${server.port}`, ...server };
}

function saysReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/-/ready`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
}
