import type { BatchScheduler, Prior, Running } from '@patchtide/connectors/batch';
import { CallFailed, type CallOptions, type Monitoring } from '@patchtide/connectors/monitoring';
import type { Listed } from './lease-rules';
import type { Kind, Suppression } from './suppression-state';

/** What a system answered when a suppression was taken or renewed. */
export interface TakenAnswer {
  readonly foreignId: string;
  readonly endsAt: string;
  readonly prior?: Readonly<Record<string, string>>;
  /** A hold does not end a run that had begun. */
  readonly running: Running;
}

type Subject = Pick<Suppression, 'kind' | 'subject' | 'system' | 'ref' | 'target' | 'prior'>;

export interface SystemsOptions {
  readonly monitoring: ReadonlyMap<string, Monitoring>;
  readonly batch: ReadonlyMap<string, BatchScheduler>;
}

/** The foreign systems by name, mutes and holds behind one face. Everything may be repeated; failures are CallFailed. */
export class Systems {
  constructor(private readonly options: SystemsOptions) {}

  async take(campaign: string, what: Subject, endsAt: string, call: CallOptions): Promise<TakenAnswer> {
    const { subject, ref } = what;
    if (what.kind === 'mute') {
      const mute = await this.monitoring(what.system).mute({ campaign, subject, ref, endsAt }, call);
      return { foreignId: mute.id.slice(0, 200), endsAt: mute.endsAt, running: 'no' };
    }
    const job = { campaign, subject, ref, ...hostOf(what) };
    const hold = await this.batch(what.system).hold({ ...job, endsAt }, call);
    const foreignId = `patchtide:${campaign}:${subject}`;
    return { foreignId, endsAt: hold.endsAt, prior: { state: hold.prior }, running: hold.running };
  }

  /** Gives back; the note is something that the operator should read. */
  async give(campaign: string, what: Subject, call: CallOptions): Promise<string | undefined> {
    const { subject, ref } = what;
    if (what.kind === 'mute') {
      await this.monitoring(what.system).lift({ campaign, subject, ref }, call);
      return undefined;
    }
    const prior = priorOf(what.prior);
    const job = { campaign, subject, ref, ...hostOf(what), ...(prior ? { prior } : {}) };
    return (await this.batch(what.system).release(job, call)).note;
  }

  async running(campaign: string, what: Subject, call: CallOptions): Promise<Running> {
    if (what.kind === 'mute') return 'no';
    const { subject, ref } = what;
    return (await this.batch(what.system).inspect({ campaign, subject, ref, ...hostOf(what) }, call)).running;
  }

  /** The active mutes of a campaign in one monitoring system. */
  list(campaign: string, system: string, call: CallOptions): Promise<readonly Listed[]> {
    return this.monitoring(system).list(campaign, call);
  }

  private monitoring(system: string): Monitoring {
    return (
      this.options.monitoring.get(system) ??
      unknownSystem('mute', system, [...this.options.monitoring.keys()])
    );
  }

  private batch(system: string): BatchScheduler {
    return this.options.batch.get(system) ?? unknownSystem('hold', system, [...this.options.batch.keys()]);
  }
}

const SETTINGS: Readonly<Record<string, string>> = {
  alertmanager: 'ALERTMANAGER_URL',
  webhook: 'WEBHOOK_URL and WEBHOOK_SECRET',
  cron: 'SUPPRESSION_SSH_USER, SUPPRESSION_SSH_KEY and SUPPRESSION_SSH_KNOWN_HOSTS',
  'systemd-timer': 'SUPPRESSION_SSH_USER, SUPPRESSION_SSH_KEY and SUPPRESSION_SSH_KNOWN_HOSTS',
};

function unknownSystem(kind: Kind, system: string, known: readonly string[]): never {
  const setting = Object.hasOwn(SETTINGS, system) ? SETTINGS[system] : undefined;
  const remedy = setting
    ? `set ${setting} for monitoring-suppression, then retry`
    : `correct the CMDB; known here: ${known.join(', ') || 'none'}`;
  throw new CallFailed('bad-reference', `No system "${system}" is configured that can ${kind}: ${remedy}`, {
    retryable: false,
  });
}

function hostOf({ target }: Subject): { host?: { address: string; port: number } } {
  return target ? { host: { address: String(target['address']), port: Number(target['port']) } } : {};
}

function priorOf(prior: Readonly<Record<string, string>> | undefined): Prior | undefined {
  const state = prior?.['state'];
  return state === 'scheduled' || state === 'idle' ? state : undefined;
}
