import type {
  Action,
  BatchJob,
  Component,
  Fault,
  KindProcedure,
  Monitor,
  PlanJob,
  Policy,
  Server,
} from '@patchtide/contracts';
import { durationMs } from '../duration';
import type { LandscapeIndex } from '../landscape/landscape-index';
import { procedureFor, rebootFor } from '../policy/effective';
import { attributeFaults } from '../policy/kinds/attribute-faults';
import type { HostPatchSettings } from '../policy/patch-settings';
import { packagesIn, patchMethod, patchSteps, rebootSteps, verifySteps } from '../policy/patch-steps';
import { type Rendered, renderSteps } from '../policy/render-steps';
import type { Selection } from './selection';

/** A job before its place in time is known. */
export type DraftJob = Omit<PlanJob, 'estimatedStart' | 'estimatedEnd' | 'wave' | 'group' | 'dependsOn'>;

/** A fault of one component; its path begins at the component. */
export type DraftFault = Fault & { readonly component: string };

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/** [expected duration, timeout] where the policy names none. */
const TIMES_MS: Readonly<Record<Action, readonly [number, number]>> = {
  MUTE: [5 * SECOND_MS, MINUTE_MS],
  HOLD: [5 * SECOND_MS, 2 * MINUTE_MS],
  STOP: [30 * SECOND_MS, 5 * MINUTE_MS],
  PATCH: [10 * MINUTE_MS, 60 * MINUTE_MS],
  REBOOT: [5 * MINUTE_MS, 15 * MINUTE_MS],
  VERIFY: [15 * SECOND_MS, 5 * MINUTE_MS],
  START: [MINUTE_MS, 10 * MINUTE_MS],
  RELEASE: [5 * SECOND_MS, 2 * MINUTE_MS],
  UNMUTE: [5 * SECOND_MS, MINUTE_MS],
  MANUAL: [10 * MINUTE_MS, 60 * MINUTE_MS],
  CHECK: [15 * SECOND_MS, 5 * MINUTE_MS],
};

export function jobId(action: Action, ci: string): string {
  return `${action.toLowerCase()}-${ci}`;
}

/** Every job of the selection, without order. Faults name components that the policy's procedures do not fit. */
export function draftJobs(
  index: LandscapeIndex,
  policy: Policy,
  selection: Selection,
): { jobs: DraftJob[]; faults: DraftFault[] } {
  const builder = new DraftBuilder(index, policy, selection);
  for (const server of touchedServers(index, selection)) builder.addServer(server);
  for (const component of selection.stopped.values()) builder.addComponent(component);
  return { jobs: builder.jobs.map(withTimeForSteps), faults: builder.faults };
}

/** A job has at least the time that its steps may take together: the agent must not give up before the host does. */
function withTimeForSteps(job: DraftJob): DraftJob {
  const stepsMs = job.steps.reduce((sum, step) => sum + step.timeoutMs, 0);
  return { ...job, timeoutMs: Math.max(job.timeoutMs, stepsMs) };
}

/** Servers that are patched, or carry a component that is stopped; in the order of ids. */
export function touchedServers(index: LandscapeIndex, selection: Selection): string[] {
  const hosts = [...selection.stopped.values()].map((component) => component.server);
  return [...new Set([...selection.patched.keys(), ...hosts])].filter((id) => index.servers.has(id)).sort();
}

class DraftBuilder {
  readonly jobs: DraftJob[] = [];
  readonly faults: DraftFault[] = [];

  constructor(
    private readonly index: LandscapeIndex,
    private readonly policy: Policy,
    private readonly selection: Selection,
  ) {}

  addServer(id: string): void {
    const server = this.index.servers.get(id);
    if (!server) return;
    this.addMutes(server);
    for (const batch of this.index.batchOn.get(id) ?? []) this.addHolds(server, batch);
    const settings = this.settingsOf(server);
    if (settings !== undefined) this.addPatch(server, settings);
  }

  /** Patch, reboot and verification of a server. */
  private addPatch(server: Server, settings: HostPatchSettings): void {
    const patch = this.job('PATCH', 'OS', server, server);
    const elsewhere = this.packagesOfComponents(server);
    this.jobs.push({ ...patch, steps: patchSteps(settings, elsewhere, patch.timeoutMs) });
    const reboot = rebootFor(this.policy, server, this.index.onServer.get(server.id) ?? []);
    if (reboot !== 'never') {
      const job = this.job('REBOOT', 'SERVER', server, server);
      this.jobs.push({ ...job, steps: rebootSteps(reboot, settings.method, job.timeoutMs) });
    }
    this.jobs.push({ ...this.job('VERIFY', 'SERVER', server, server), steps: verifySteps(settings.method) });
  }

  private settingsOf(server: Server): HostPatchSettings | undefined {
    if (!this.selection.patched.has(server.id)) return undefined;
    const settings = patchMethod(this.policy, server);
    return 'reason' in settings ? undefined : settings;
  }

  /** Packages on a server that its components update in jobs of their own. */
  private packagesOfComponents(server: Server): string[] {
    const stopped = [...this.selection.stopped.values()].filter(
      (component) => component.server === server.id,
    );
    return stopped.flatMap((component) => {
      const procedure = procedureFor(this.policy, component, server);
      return this.rendered(procedure, ['patch'], component, server).steps.flatMap(packagesIn);
    });
  }

  addComponent(component: Component): void {
    const server = this.index.servers.get(component.server);
    if (!server) return;
    const procedure = procedureFor(this.policy, component, server);
    if (procedure.stop === undefined || procedure.start === undefined) {
      this.faults.push(noProcedure(component, this.policy));
      return;
    }
    this.addFaults(component, attributeFaults(component));
    this.addHostJob('STOP', component, server, procedure);
    this.addHostJob('START', component, server, procedure);
    if (procedure.patch !== undefined && this.selection.patched.has(server.id))
      this.addComponentPatch(component, server, procedure);
  }

  private addComponentPatch(component: Component, server: Server, procedure: KindProcedure): void {
    const settings = this.settingsOf(server);
    const isByName =
      this.rendered(procedure, ['patch'], component, server).steps.flatMap(packagesIn).length > 0;
    if (isByName && settings?.method === 'zypper' && settings.scope === 'security')
      this.addFaults(component, [notApart(component, server)]);
    this.addHostJob('PATCH', component, server, procedure);
  }

  private addHostJob(
    action: 'STOP' | 'START' | 'PATCH',
    component: Component,
    server: Server,
    procedure: KindProcedure,
  ): void {
    const phases = {
      STOP: ['stop', 'verifyStopped'],
      START: ['start', 'verifyStarted'],
      PATCH: ['patch'],
    } as const;
    const rendered = this.rendered(procedure, phases[action], component, server);
    this.addFaults(component, rendered.faults);
    const job = this.job(action, component.tier.toUpperCase(), component, server);
    const { application, tier, kind, cluster = null, owner = job.owner } = component;
    this.jobs.push({ ...job, application, tier, kind, cluster, owner, steps: rendered.steps });
  }

  private rendered(
    procedure: KindProcedure,
    phases: Parameters<typeof renderSteps>[1],
    component: Component,
    server: Server,
  ): Rendered {
    return renderSteps(procedure, phases, { component, server, patch: this.settingsOf(server) });
  }

  private addFaults(component: Component, faults: readonly Fault[]): void {
    this.faults.push(...faults.map((fault) => ({ ...fault, component: component.id })));
  }

  private addMutes(server: Server): void {
    const cis = [
      server.id,
      ...(this.index.onServer.get(server.id) ?? []).map((c) => c.id),
      ...(this.index.batchOn.get(server.id) ?? []).map((b) => b.id),
    ];
    const monitors = cis.flatMap((ci) => this.index.monitorsOf.get(ci) ?? []);
    if (monitors.length === 0) return;
    const subjects = monitors.map((m: Monitor) => ({ id: m.id, system: m.system, ref: { ...m.ref } }));
    for (const action of ['MUTE', 'UNMUTE'] as const) {
      this.jobs.push({ ...this.job(action, 'SERVER', server, server), executor: 'suppression', subjects });
    }
  }

  private addHolds(server: Server, batch: BatchJob): void {
    const ref = typeof batch.ref === 'string' ? { ref: batch.ref } : { ...batch.ref };
    const subjects = [{ id: batch.id, system: batch.system, ref }];
    for (const action of ['HOLD', 'RELEASE'] as const) {
      this.jobs.push({ ...this.job(action, 'BATCH', batch, server), executor: 'suppression', subjects });
    }
  }

  private job(action: Action, kind: string, ci: { id: string; name: string }, server: Server): DraftJob {
    const [estimateMs, timeoutMs] = TIMES_MS[action];
    return {
      id: jobId(action, ci.id),
      name: `${action}_${kind}_${ci.name}`,
      action,
      ci: ci.id,
      server: server.id,
      application: null,
      applications: [...new Set((this.index.onServer.get(server.id) ?? []).map((c) => c.application))].sort(),
      tier: null,
      kind: null,
      cluster: null,
      owner: server.owner ?? null,
      executor: 'host',
      estimateMs: durationMs(this.policy.durations?.[action], estimateMs),
      timeoutMs: durationMs(this.policy.timeouts?.[action], timeoutMs),
      steps: [],
      subjects: [],
    };
  }
}

/** PATCH_OS could not leave them to the component's own job. */
function notApart({ id }: Component, server: Server): Fault {
  return {
    path: '',
    message: `the packages of component "${id}" cannot be updated apart, because zypper takes the security patches of server "${server.id}" as a whole`,
    remedy: 'Set the scope of zypper to all, or remove the packages from the kind.',
  };
}

function noProcedure(component: Component, policy: Policy): DraftFault {
  return {
    component: component.id,
    path: '',
    message: `policy "${policy.name}" does not say how to stop and start kind "${component.kind}", and component "${component.id}" has no unit`,
    remedy: `Add the kind to /kinds of the policy, or a systemd unit to the component.`,
  };
}
