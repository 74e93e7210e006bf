import type { Api, ApiError } from '../api';
import { pathOf } from '../paths';
import { type CampaignView, type IncidentView, jobCount, type JobView, type ObligationView } from '../views';
import type { Listener } from './live-events';
import type { Picture } from './picture';
import { type LiveEvent, Tally } from './tally';

const LOOK_TIMEOUT_MS = 10_000;
/** Looks are at least so far apart, however much happens, … */
const BUSY_MS = 500;
/** … and at most so far, although no event was heard. */
const QUIET_MS = 2_000;
/** Older pictures are shown as old. */
const FRESH_MS = 5_000;
/** A server may restart; one that stays away that long ends the watch. */
const GIVE_UP_MS = 5 * 60_000;

type Look = Pick<Picture, 'campaign' | 'underWay' | 'incidents'>;

/** Keeps a picture of a campaign up to date: looks when something has happened, counts along with the events. */
export class Follower implements Listener {
  private lookedAtMs: number;
  private triedAtMs: number;
  private trouble: ApiError | null = null;
  private hopeless: Error | null = null;
  private awaitsAnswer = false;
  private hasNews = true;
  private tally = new Tally();
  private mustCount = true;
  private isOver = false;

  private constructor(
    private readonly api: Api,
    private readonly id: string,
    private look: Look,
    private readonly nowMs: () => number,
  ) {
    this.lookedAtMs = nowMs();
    this.triedAtMs = this.lookedAtMs;
  }

  /** @throws ApiError when the campaign cannot be seen at all */
  static async of(api: Api, id: string, nowMs: () => number): Promise<Follower> {
    return new Follower(api, id, await lookAt(api, id), nowMs);
  }

  get picture(): Picture {
    const nowMs = this.nowMs();
    const isOld = nowMs - this.lookedAtMs > FRESH_MS;
    const doubt = this.trouble && isOld ? { takenMs: this.lookedAtMs, why: this.trouble.message } : null;
    return { ...this.look, tally: this.tally.jobs > 0 ? this.tally.view : null, nowMs, doubt };
  }

  /** Whether a look has not come back yet. */
  get isLooking(): boolean {
    return this.awaitsAnswer;
  }

  /** Looks again if it is time to, without waiting for the answer. @throws ApiError when there is no hope of one */
  keepUp(): void {
    if (this.hopeless) throw this.hopeless;
    const nowMs = this.nowMs();
    if (this.trouble && nowMs - this.lookedAtMs > GIVE_UP_MS) throw this.trouble;
    const pauseMs = this.hasNews && !this.trouble ? BUSY_MS : QUIET_MS;
    if (this.awaitsAnswer || nowMs - this.triedAtMs < pauseMs) return;
    this.refresh().catch((error: Error) => (this.hopeless = error));
  }

  /** Looks and counts once more, for the last picture. The stream may still lag, so its events do not count. */
  async finish(): Promise<void> {
    this.isOver = true;
    this.tally = new Tally();
    this.mustCount = true;
    await this.refresh();
  }

  opened(): void {
    this.mustCount = true;
    this.hasNews = true;
  }

  event(event: LiveEvent): void {
    this.hasNews = true;
    if (!this.isOver) this.tally.apply(event);
  }

  /** A server that does not answer for the moment leaves the old picture, and doubt. */
  private async refresh(): Promise<void> {
    this.awaitsAnswer = true;
    this.hasNews = false;
    this.triedAtMs = this.nowMs();
    try {
      this.look = await lookAt(this.api, this.id);
      if (this.mustCount || this.tally.jobs !== jobCount(this.look.campaign)) await this.count();
      this.lookedAtMs = this.nowMs();
      this.trouble = null;
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.trouble = error;
    } finally {
      this.awaitsAnswer = false;
    }
  }

  private async count(): Promise<void> {
    this.mustCount = false;
    try {
      const [jobs, obligations] = await Promise.all([
        this.api.list<JobView>(pathOf('campaigns', this.id, 'jobs')),
        this.api.list<ObligationView>(pathOf('campaigns', this.id, 'obligations')),
      ]);
      this.tally.begin(jobs, obligations);
    } catch (error) {
      this.mustCount = true;
      throw error;
    }
  }
}

async function lookAt(api: Api, id: string): Promise<Look> {
  const list = <T>(path: string): Promise<T[]> => api.list<T>(path, LOOK_TIMEOUT_MS);
  const jobs = (status: string) => list<JobView>(`${pathOf('campaigns', id, 'jobs')}?status=${status}`);
  const [campaign, running, dispatched, incidents] = await Promise.all([
    api.get<CampaignView>(pathOf('campaigns', id), LOOK_TIMEOUT_MS),
    jobs('running'),
    jobs('dispatched'),
    list<IncidentView>(`/incidents?campaign=${encodeURIComponent(id)}`),
  ]);
  return { campaign, underWay: [...running, ...dispatched], incidents };
}

function isPassing(error: unknown): error is ApiError {
  return error instanceof Error && (error as Partial<ApiError>).isPassing === true;
}
