import type { BatchJob, Monitor, Server } from '@patchtide/contracts';
import { rebootFor } from '../policy/effective';
import type { HostPatchSettings } from '../policy/patch-settings';
import { patchSteps, rebootSteps, verifySteps } from '../policy/patch-steps';
import { type Drafting, type DraftJob, serverJob } from './draft-job';

/** How a server is patched, and the packages that other jobs on it update by name. */
export interface ServerPatch {
  readonly settings: HostPatchSettings;
  readonly elsewhere: readonly string[];
}

/** What is done with a server as a whole: mute and holds, and where it is patched patch, reboot and verification. */
export function draftServer(drafting: Drafting, server: Server, patch: ServerPatch | null): DraftJob[] {
  const batches = drafting.index.batchOn.get(server.id) ?? [];
  return [
    ...mutes(drafting, server),
    ...batches.flatMap((batch) => holds(drafting, server, batch)),
    ...(patch ? patchJobs(drafting, server, patch) : []),
  ];
}

function mutes(drafting: Drafting, server: Server): DraftJob[] {
  const { onServer, batchOn, monitorsOf } = drafting.index;
  const cis = [
    server.id,
    ...(onServer.get(server.id) ?? []).map((c) => c.id),
    ...(batchOn.get(server.id) ?? []).map((b) => b.id),
  ];
  const monitors = cis.flatMap((ci) => monitorsOf.get(ci) ?? []);
  if (monitors.length === 0) return [];
  const subjects = monitors.map((m: Monitor) => ({ id: m.id, system: m.system, ref: { ...m.ref } }));
  return (['MUTE', 'UNMUTE'] as const).map((action) => ({
    ...serverJob(drafting, { action, label: 'SERVER', ci: server, server }),
    executor: 'suppression',
    subjects,
  }));
}

function holds(drafting: Drafting, server: Server, batch: BatchJob): DraftJob[] {
  const ref = typeof batch.ref === 'string' ? { ref: batch.ref } : { ...batch.ref };
  const subjects = [{ id: batch.id, system: batch.system, ref }];
  return (['HOLD', 'RELEASE'] as const).map((action) => ({
    ...serverJob(drafting, { action, label: 'BATCH', ci: batch, server }),
    executor: 'suppression',
    subjects,
  }));
}

function patchJobs(drafting: Drafting, server: Server, { settings, elsewhere }: ServerPatch): DraftJob[] {
  const job = (action: 'PATCH' | 'REBOOT' | 'VERIFY', label: string): DraftJob =>
    serverJob(drafting, { action, label, ci: server, server });
  const [patch, reboot, verify] = [job('PATCH', 'OS'), job('REBOOT', 'SERVER'), job('VERIFY', 'SERVER')];
  const mode = rebootFor(drafting.policy, server, drafting.index.onServer.get(server.id) ?? []);
  return [
    { ...patch, steps: patchSteps(settings, elsewhere, patch.timeoutMs) },
    ...(mode === 'never' ? [] : [{ ...reboot, steps: rebootSteps(mode, settings.method, reboot.timeoutMs) }]),
    { ...verify, steps: verifySteps(settings.method) },
  ];
}
