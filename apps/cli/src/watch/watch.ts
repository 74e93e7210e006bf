import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from '../api';
import { Failed } from '../failures';
import type { Output } from '../output';
import { Follower } from './follower';
import { FullScreen } from './full-screen';
import { interruptible } from './interruption';
import { listen } from './live-events';
import type { Picture } from './picture';
import { ProgressLog } from './progress-log';
import type { View } from './view';

const PAINT_MS = 250;
const FINISHED = new Set(['completed', 'aborted', 'window-closed', 'rejected']);

/**
 * Follows a campaign until it is closed: as a board on a terminal, as lines elsewhere. @throws Failed when it ended as
 * anything but completed, Interrupted when a signal ended the watch
 */
export async function watchCampaign(api: Api, id: string, output: Output): Promise<void> {
  const follower = await Follower.of(api, id, Date.now);
  const { campaign } = await interruptible(
    (signal) => show(api, follower, viewFor(output), signal),
    `${id} goes on without this view. Look again with "patchtide campaign watch ${id}".`,
  );
  if (output.isJson) output.result(campaign, () => '');
  const { status } = campaign;
  if (status !== 'completed') {
    throw new Failed(`${id} ended as ${status}`, campaign.reasons, `See "patchtide campaign show ${id}".`);
  }
}

/** With --json stdout is for the result alone. */
function viewFor({ out, err, isJson }: Output): View {
  const terminal = isJson ? err : out;
  return terminal.isScreen ? new FullScreen(terminal) : new ProgressLog(terminal.stream);
}

async function show(api: Api, follower: Follower, view: View, signal: AbortSignal): Promise<Picture> {
  const over = new AbortController();
  const { id } = follower.picture.campaign;
  const listening = listen(api, id, follower, AbortSignal.any([signal, over.signal]));
  try {
    return await showUntilClosed(follower, view, signal);
  } finally {
    view.close();
    over.abort();
    await listening;
  }
}

async function showUntilClosed(follower: Follower, view: View, signal: AbortSignal): Promise<Picture> {
  for (;;) {
    view.show(follower.picture);
    if (FINISHED.has(follower.picture.campaign.status)) break;
    if (signal.aborted) return follower.picture;
    follower.keepUp();
    await delay(PAINT_MS, undefined, { signal }).catch(() => undefined);
  }
  await follower.finish();
  view.show(follower.picture);
  return follower.picture;
}
