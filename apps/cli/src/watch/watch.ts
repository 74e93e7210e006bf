import type { Api } from '../api';
import type { Output } from '../output';
import type { CampaignView, IncidentView, JobView } from '../views';
import { renderBoard, type Snapshot } from './board';
import { Screen } from './screen';

const REPAINT_MS = 250;
const RECONNECT_MS = 1_000;
const FINISHED = new Set(['completed', 'aborted', 'window-closed', 'rejected']);

/** Follows a campaign until it is closed. @throws when it ended as anything but completed */
export async function watchCampaign(api: Api, id: string, output: Output): Promise<void> {
  const stop = new AbortController();
  const changed = new Signal();
  const listening = listen(api, id, changed, stop.signal);
  const screen = new Screen(process.stderr, output.settings.color);
  try {
    const last = await paintUntilClosed(api, id, changed, screen);
    output.result(last.campaign, () => '');
    if (last.campaign.status !== 'completed') throw new Error(`${id} ended as ${last.campaign.status}`);
  } finally {
    stop.abort();
    screen.close();
    await listening;
  }
}

async function paintUntilClosed(api: Api, id: string, changed: Signal, screen: Screen): Promise<Snapshot> {
  for (;;) {
    const snapshot = await look(api, id);
    screen.paint(renderBoard(snapshot, screen.width), summaryLine(snapshot));
    if (FINISHED.has(snapshot.campaign.status)) return snapshot;
    await Promise.all([changed.wait(2_000), new Promise((resolve) => setTimeout(resolve, REPAINT_MS))]);
  }
}

async function look(api: Api, id: string): Promise<Snapshot> {
  const path = `/campaigns/${encodeURIComponent(id)}`;
  const [campaign, running, incidents] = await Promise.all([
    api.get<CampaignView>(path),
    api.get<JobView[]>(`${path}/jobs?status=running`),
    api.get<IncidentView[]>(`/incidents?campaign=${encodeURIComponent(id)}`),
  ]);
  return { campaign, running, incidents, now: Date.now() };
}

function summaryLine({ campaign, now }: Snapshot): string {
  const jobs = Object.entries(campaign.jobs).map(([status, count]) => `${count} ${status}`);
  return `${new Date(now).toISOString()} ${campaign.id} ${campaign.status}: ${jobs.join(', ')}; ${campaign.openIncidents} incidents open`;
}

/** Listens for events and says only that something has changed: what has, the next look shows. */
async function listen(api: Api, id: string, changed: Signal, signal: AbortSignal): Promise<void> {
  let last = '';
  while (!signal.aborted) {
    try {
      for await (const line of api.lines(`/stream?campaign=${encodeURIComponent(id)}`, last, signal)) {
        if (line.startsWith('id: ')) last = line.slice(4);
        if (line.startsWith('data: ')) changed.raise();
      }
    } catch (error) {
      // The view polls anyway; a stream that cannot be had now is asked for again.
      if (!signal.aborted && !(error instanceof Error)) throw error;
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
}

class Signal {
  private raised = false;
  private wake: (() => void) | null = null;

  raise(): void {
    this.raised = true;
    this.wake?.();
  }

  async wait(timeoutMs: number): Promise<void> {
    if (!this.raised) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.raised = false;
    this.wake = null;
  }
}
