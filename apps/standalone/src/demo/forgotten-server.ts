import { waitUntil } from '@patchtide/embedded';
import type { RealHost, ThreeTier } from '@patchtide/real-fleet';

const UNIT = 'forgotten-test.service';
const NGINX = 'nginx.service';
const NOTICE_MS = 500;
const LONGEST_MS = 30 * 60_000;

/** A fault of real life on one host, with the person who puts it right when it shows. */
export interface ForgottenServer {
  /** What was seen of it on the host, in words. Rejects when it could not be put right. */
  readonly story: () => Promise<string[]>;
  readonly stop: () => void;
}

/**
 * On one web server somebody once enabled a test server and forgot it. After the reboot it has the port, and nginx cannot
 * start. As soon as that shows it is removed; to start nginx again is left to the campaign.
 */
export async function forgetServer({ fleet, applications, ports }: ThreeTier): Promise<ForgottenServer> {
  const name = applications.at(-1)?.hosts.find(({ role }) => role === 'web')?.name ?? '';
  const host = fleet.host(name);
  await host.writeFile(`/etc/systemd/system/${UNIT}`, unitText(host.address, ports.web));
  await host.execOrThrow(['systemctl', 'enable', UNIT]);
  let isOver = false;
  const stop = (): void => void (isOver = true);
  const removed = removeOnFailure(host, () => isOver);
  // Whether it worked is asked for later, by `story`.
  removed.catch(() => undefined);
  const story = async (): Promise<string[]> => {
    stop();
    await removed;
    return [await storyOf(host, ports.web)];
  };
  return { story, stop };
}

async function removeOnFailure(host: RealHost, isOver: () => boolean): Promise<void> {
  // While the host reboots it cannot be asked.
  const hasFailed = async (): Promise<boolean> =>
    (await host.unitState(NGINX).catch(() => 'unknown')) === 'failed';
  const what = `${NGINX} on ${host.name} to fail`;
  await waitUntil(async () => isOver() || (await hasFailed()), {
    timeoutMs: LONGEST_MS,
    what,
    intervalMs: NOTICE_MS,
  });
  if (!isOver()) await host.execOrThrow(['systemctl', 'disable', '--now', UNIT]);
}

async function storyOf(host: RealHost, port: number): Promise<string> {
  const said = await host.execOrThrow(['journalctl', '--no-pager', '-o', 'cat', '-u', NGINX]);
  if (!said.includes('Address already in use')) {
    return `${host.name}: a forgotten test server was to have port ${port} after the reboot, but was not in nginx's way`;
  }
  return `${host.name}: nginx could not start after the reboot: a forgotten test server had its port ${port}`;
}

function unitText(address: string, port: number): string {
  return [
    '[Unit]',
    'Description=Test server that somebody forgot',
    '[Service]',
    `ExecStart=/usr/bin/socat TCP-LISTEN:${port},bind=${address},reuseaddr,fork /dev/null`,
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}
