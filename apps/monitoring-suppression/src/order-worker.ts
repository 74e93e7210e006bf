import { CallFailed } from '@patchtide/connectors/monitoring';
import type { WorkOrder, WorkSubject } from '@patchtide/contracts';
import { attemptEventId } from './attempt-event-id';
import type { CampaignIndex } from './campaign-index';
import type { CampaignDesk, Campaigns } from './campaigns';
import { type LeaseSettings, leaseEnd } from './lease-rules';
import { type SubjectResult, failureOf } from './outcome';
import { type Patience, persist } from './patience';
import { type Kind, type Suppression, type SuppressionState, hasOpen, keyOf } from './suppression-state';
import type { Entry } from './suppression-log';
import type { Systems } from './systems';

export interface OrderWorkerOptions {
  readonly leases: LeaseSettings;
  readonly callMs: number;
  readonly firstDelayMs: number;
  /** Between two looks at a run that had begun before its job was held. */
  readonly drainPollMs: number;
  readonly now: () => Date;
}

/** The actions this service carries out. */
const WORK = {
  MUTE: { kind: 'mute', takes: true },
  UNMUTE: { kind: 'mute', takes: false },
  HOLD: { kind: 'hold', takes: true },
  RELEASE: { kind: 'hold', takes: false },
} as const satisfies Partial<Record<WorkOrder['action'], { kind: Kind; takes: boolean }>>;

export function isSuppressionOrder(order: WorkOrder): boolean {
  return Object.hasOwn(WORK, order.action);
}

/** What one subject of an order is worked on with. */
interface Task {
  readonly order: WorkOrder;
  readonly subject: WorkSubject;
  readonly kind: Kind;
  readonly key: string;
  readonly desk: CampaignDesk;
  readonly patience: Patience;
}

/**
 * Takes and gives back what an order names. The intention stands in the stream before the foreign system is touched;
 * the ids of what is recorded are made of the attempt's, so a copy of an order that comes late changes nothing.
 */
export class OrderWorker {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly index: CampaignIndex,
    private readonly systems: Systems,
    private readonly options: OrderWorkerOptions,
  ) {}

  /** Whether the order's time to begin is over. What it began before is still finished. */
  isLate({ notAfter }: WorkOrder): boolean {
    return this.options.now().getTime() > Date.parse(notAfter);
  }

  /** One result per subject; rejects when the order should be handed out again. */
  async carryOut(order: WorkOrder, signal: AbortSignal): Promise<SubjectResult[]> {
    const { now, callMs, firstDelayMs } = this.options;
    const { kind, takes } = WORK[order.action as keyof typeof WORK];
    const nowMs = () => now().getTime();
    const patience = { deadlineMs: nowMs() + order.timeoutMs, callMs, firstDelayMs, signal, nowMs };
    const work = order.subjects.map((subject) => {
      const key = keyOf({ kind, subject: subject.id });
      const desk = this.campaigns.of(order.campaign);
      const task = { order, subject, kind, key, desk, patience };
      return desk.queue.run(key, () => (takes ? this.take(task) : this.give(task)));
    });
    const settled = await Promise.allSettled(work);
    return settled.map((result, index) => {
      if (result.status === 'fulfilled') return result.value;
      return failureOf(order.subjects[index]?.id ?? '', result.reason);
    });
  }

  private async take(task: Task): Promise<SubjectResult> {
    const { desk, key, subject, order } = task;
    const foregone = this.foregone(task, await desk.log.refresh());
    if (foregone) return foregone;
    const endsAt = leaseEnd(order.windowEnd, task.patience.nowMs(), this.options.leases);
    if (endsAt === undefined)
      return refused(task, 'The window and its grace are over: nothing is taken any more');
    desk.leaving.delete(key);
    await this.intend(task);
    const what = this.subjectOf(task);
    const answer = await persist(task.patience, (call) =>
      this.systems.take(order.campaign, what, endsAt, call),
    );
    desk.leases.set(key, { endsAt: answer.endsAt, assertedAtMs: task.patience.nowMs() });
    await desk.log.record(() => [this.taken(task, answer)]);
    if (answer.running === 'yes') await this.drained(task, what);
    const note = task.kind === 'mute' ? 'Muted.' : answer.running === 'unknown' ? HELD_UNSEEN : 'Held.';
    return { subject: subject.id, ok: true, note, foreignId: answer.foreignId };
  }

  /** The result of a take that is not to be carried out any more; undefined when it is. */
  private foregone(task: Task, state: SuppressionState): SubjectResult | undefined {
    const hasBegun = state.recorded.has(this.id(task, 'SuppressionIntended'));
    if (!hasBegun) return this.isLate(task.order) ? tooLate(task) : undefined;
    if (state.suppressions.get(task.key)?.status !== 'lifted') return undefined;
    return state.recorded.has(this.id(task, 'SuppressionTaken'))
      ? done(task, 'Done before, and given back since.')
      : refused(task, 'This attempt was overtaken: what it asked for has been given back since');
  }

  /**
   * Puts the intention into the stream, and the campaign among those that are kept. While something else is open the
   * campaign is there already; a copy of an order cannot know whether the first one came so far.
   */
  private async intend(task: Task): Promise<void> {
    const { desk, order } = task;
    let mayBeClosed = true;
    const entry = this.intended(task);
    await desk.log.record((state) => {
      mayBeClosed = !hasOpen(state) || state.recorded.has(entry.id);
      return [entry];
    });
    if (mayBeClosed) await this.index.register(order.campaign);
  }

  private async give(task: Task): Promise<SubjectResult> {
    const { desk, key, order } = task;
    const state = await desk.log.refresh();
    if (state.recorded.has(this.id(task, 'SuppressionLifted'))) return done(task, 'Given back before.');
    if (this.isLate(order)) return tooLate(task);
    const known = state.suppressions.get(key);
    const what = { ...this.subjectOf(task), ...(known?.prior ? { prior: known.prior } : {}) };
    // Whatever becomes of this attempt's calls: what shall be given back is not renewed, and so ends by itself.
    desk.leaving.add(key);
    const note = await persist(task.patience, (call) => this.systems.give(order.campaign, what, call));
    if (known && known.status !== 'lifted') await desk.log.record(() => [this.lifted(task)]);
    desk.leases.delete(key);
    return done(task, note ? `Given back (${note}).` : 'Given back.');
  }

  /** A run that had begun goes on when its job is held; the job is held only once that has ended. */
  private async drained(task: Task, what: Parameters<Systems['running']>[1]): Promise<void> {
    const { order, patience } = task;
    const pace = { ...patience, firstDelayMs: this.options.drainPollMs };
    await persist(pace, async (call) => {
      const running = await this.systems.running(order.campaign, what, call);
      if (running === 'yes') throw stillRunning();
    });
  }

  private subjectOf({
    kind,
    subject,
    order,
  }: Task): Pick<Suppression, 'kind' | 'subject' | 'system' | 'ref' | 'target'> {
    const { id, system, ref } = subject;
    const target = order.target && { ...order.target };
    return { kind, subject: id, system, ref, ...(target ? { target } : {}) };
  }

  private intended(task: Task): Entry {
    const { windowEnd, job, target } = task.order;
    // A job's id is its action and its CI.
    const ci = task.kind === 'mute' ? (target?.server ?? job.slice(job.indexOf('-') + 1)) : task.subject.id;
    const data = { ...this.subjectOf(task), ref: { ...task.subject.ref }, ci, windowEnd, at: this.at() };
    return { id: this.id(task, 'SuppressionIntended'), event: { type: 'SuppressionIntended', data } };
  }

  private taken(task: Task, answer: Awaited<ReturnType<Systems['take']>>): Entry {
    const { foreignId, endsAt, prior } = answer;
    const data = { kind: task.kind, subject: task.subject.id, foreignId, endsAt, at: this.at() };
    const event = {
      type: 'SuppressionTaken',
      data: prior ? { ...data, prior: { ...prior } } : data,
    } as const;
    return { id: this.id(task, 'SuppressionTaken'), event };
  }

  private lifted(task: Task): Entry {
    const data = { kind: task.kind, subject: task.subject.id, at: this.at() };
    return { id: this.id(task, 'SuppressionLifted'), event: { type: 'SuppressionLifted', data } };
  }

  private id({ order, key }: Task, type: string): string {
    return attemptEventId(order.attemptId, type, key);
  }

  private at(): string {
    return this.options.now().toISOString();
  }
}

const HELD_UNSEEN = 'Held; whether a run had begun before cannot be seen.';

function done({ subject }: Task, note: string): SubjectResult {
  return { subject: subject.id, ok: true, note };
}

function refused({ subject }: Task, reason: string): SubjectResult {
  return { subject: subject.id, ok: false, outcome: 'failed', reason };
}

/** What is given back by a later attempt, or kept by a person's decision, is not touched by a late order. */
function tooLate({ subject, order }: Task): SubjectResult {
  const reason = `Nothing was started: the order came too late, it was to begin until ${order.notAfter}`;
  return { subject: subject.id, ok: false, outcome: 'not-begun', reason };
}

function stillRunning(): CallFailed {
  const message =
    'The job is held, but a run that had begun before still goes on; wait for its end, then retry';
  return new CallFailed('timed-out', message, { retryable: true });
}
