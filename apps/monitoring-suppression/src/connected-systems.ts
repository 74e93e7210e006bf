import { readFile } from 'node:fs/promises';
import { type BatchScheduler, HostBatchScheduler, WebhookBatchScheduler } from '@patchtide/connectors/batch';
import { AlertmanagerMonitoring, type Monitoring, WebhookMonitoring } from '@patchtide/connectors/monitoring';
import { HostKeys, type RemoteShell, SshShell } from '@patchtide/connectors/remote-shell';
import type { SuppressionConfig } from './suppression-config';
import { Systems } from './systems';

/** How hosts are reached, where a login is configured. */
export interface HostAccess {
  readonly shell?: RemoteShell;
}

export async function openHostAccess(config: Readonly<SuppressionConfig>): Promise<HostAccess> {
  const {
    SUPPRESSION_SSH_USER: user,
    SUPPRESSION_SSH_KEY: key,
    SUPPRESSION_SSH_KNOWN_HOSTS: knownHosts,
  } = config;
  if (user === undefined || key === undefined || knownHosts === undefined) return {};
  const shell = new SshShell({
    user,
    privateKey: await readFile(key),
    hostKeys: await HostKeys.load(knownHosts),
  });
  return { shell };
}

/** The foreign systems that the configuration names. */
export function connectedSystems(config: Readonly<SuppressionConfig>, { shell }: HostAccess): Systems {
  const monitoring = new Map<string, Monitoring>();
  const batch = new Map<string, BatchScheduler>();
  const { ALERTMANAGER_URL: url, ALERTMANAGER_TOKEN: bearerToken } = config;
  if (url !== undefined) {
    monitoring.set(
      'alertmanager',
      new AlertmanagerMonitoring({ url, ...(bearerToken ? { bearerToken } : {}) }),
    );
  }
  const { WEBHOOK_URL, WEBHOOK_SECRET: secret } = config;
  if (WEBHOOK_URL !== undefined && secret !== undefined) {
    const base = WEBHOOK_URL.replace(/\/+$/, '');
    monitoring.set('webhook', new WebhookMonitoring({ url: `${base}/monitoring`, secret }));
    batch.set('webhook', new WebhookBatchScheduler({ url: `${base}/batch`, secret }));
  }
  if (shell) {
    const useSudo = config.SUPPRESSION_SSH_SUDO === 'on';
    const cronDirectory = config.SUPPRESSION_CRON_DIRECTORY;
    for (const system of ['cron', 'systemd-timer'] as const) {
      batch.set(system, new HostBatchScheduler({ system, shell, useSudo, cronDirectory }));
    }
  }
  return new Systems({ monitoring, batch });
}
