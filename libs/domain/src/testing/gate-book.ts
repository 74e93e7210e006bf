import type { CampaignEvent, Plan, PlanJob, PlanWave } from '@patchtide/contracts';
import { toMs } from '../instant';
import { broken } from './host-truth';

type Stand = 'running' | 'failed' | 'skipped' | 'taken-over' | 'well';

/** Waves and conditions in the referee's own books: what has failed, which checks have passed, what the business has said. */
export class GateBook {
  private readonly stands = new Map<string, Stand>();
  private readonly failed = new Set<string>();
  private readonly openIncidents = new Set<string>();
  private readonly released = new Set<string>();
  private readonly waveEndMs = new Map<string, number>();
  private readonly holdsUntilMs = new Map<string, number>();

  constructor(
    private readonly plan: Plan,
    private readonly jobs: ReadonlyMap<string, PlanJob>,
  ) {}

  /** A job that takes something away begins. */
  checkStart(job: PlanJob, now: number): void {
    if (!this.released.has(job.wave)) broken(4, `${job.id} begins before its wave`);
    for (const name of job.gates) {
      if (now >= (this.holdsUntilMs.get(name) ?? -Infinity)) broken(4, `${job.id} begins without ${name}`);
    }
  }

  read(event: CampaignEvent): void {
    switch (event.type) {
      case 'WaveReleased':
        return this.waveReleased(event.data.wave, toMs(event.data.at));
      case 'ConditionMet':
        this.holdsUntilMs.set(event.data.condition, event.data.until ? toMs(event.data.until) : Infinity);
        return;
      case 'ConditionWithdrawn':
        this.holdsUntilMs.delete(event.data.condition);
        return;
      case 'IncidentOpened':
        this.openIncidents.add(event.data.incident);
        return;
      case 'IncidentResolved':
        this.openIncidents.delete(event.data.incident);
        return;
      default:
        this.readJob(event);
    }
  }

  private readJob(event: CampaignEvent): void {
    switch (event.type) {
      case 'JobDispatched':
        this.stands.set(event.data.job, 'running');
        return;
      case 'JobRetryScheduled':
      case 'JobHandedBack':
        this.stands.delete(event.data.job);
        return;
      case 'JobTakenOver':
        this.stands.set(event.data.job, 'taken-over');
        return;
      case 'JobFailed':
        this.failed.add(event.data.job);
        return this.end(event.data.job, 'failed', event.data.at);
      case 'JobSkipped':
        return this.end(event.data.job, 'skipped', event.data.at);
      case 'JobSucceeded':
      case 'JobCompleted':
        this.failed.delete(event.data.job);
        return this.end(event.data.job, 'well', event.data.at);
      default:
    }
  }

  private end(job: string, stand: Stand, at: string): void {
    this.stands.set(job, stand);
    this.waveEndMs.set(this.jobs.get(job)?.wave ?? '', toMs(at));
  }

  private waveReleased(name: string, now: number): void {
    const { waves } = this.plan;
    const position = waves.findIndex((wave) => wave.name === name);
    const before = waves[position - 1];
    if (before) {
      this.checkOver(before, name);
      this.checkGate(
        before,
        waves.slice(0, position).map((wave) => wave.name),
      );
      if (now < (this.waveEndMs.get(before.name) ?? -Infinity) + before.soakMs)
        broken(4, `wave ${name} is released while ${before.name} is watched`);
    }
    this.released.add(name);
  }

  private checkOver({ name, gate }: PlanWave, next: string): void {
    const isTolerant = gate?.failures !== undefined || gate?.incidents !== undefined;
    const open = this.plan.jobs.find(
      (job) => job.wave === name && !this.hasEnded(job.id) && !(isTolerant && this.isStuck(job)),
    );
    if (open) broken(4, `wave ${next} is released before ${open.id} has ended`);
  }

  private checkGate({ name, gate }: PlanWave, soFar: readonly string[]): void {
    const { failures = Infinity, incidents = Infinity, checks } = gate ?? {};
    const servers = new Set(
      [...this.failed].flatMap((id) => {
        const job = this.jobs.get(id);
        return job && soFar.includes(job.wave) ? [job.server] : [];
      }),
    );
    if (servers.size > failures)
      broken(4, `${servers.size} servers have failed, and the gate of ${name} opens`);
    if (this.openIncidents.size > incidents) broken(4, `incidents are open, and the gate of ${name} opens`);
    const check = this.plan.jobs.find(
      ({ action, id, wave }) => action === 'CHECK' && soFar.includes(wave) && this.stands.get(id) !== 'well',
    );
    if (checks && check) broken(4, `${check.id} has not passed, and the gate of ${name} opens`);
  }

  private hasEnded(id: string): boolean {
    const stand = this.stands.get(id);
    return stand === 'well' || stand === 'skipped';
  }

  /** Nothing happens with it before a person does something: it has failed, or waits for one that has not ended. */
  private isStuck({ id }: PlanJob): boolean {
    const stand = this.stands.get(id);
    return stand === 'failed' || (stand === undefined && this.waits(id));
  }

  private waits(id: string): boolean {
    const before = this.jobs.get(id)?.dependsOn ?? [];
    return before.some((earlier) => !this.hasEnded(earlier) || this.waits(earlier));
  }
}
