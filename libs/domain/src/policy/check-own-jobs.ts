import type { Fault, KindStep, OwnJob, Policy } from '@patchtide/contracts';
import { programFromData } from './check-steps';
import { placeholderOf } from './render-steps';

/** What `{name}` may stand for in a job for a whole server. */
const OF_A_SERVER = ['id', 'name', 'address'];

/** Jobs of the policy's own that contradict themselves, each other, or what other jobs are called. */
export function checkOwnJobs(policy: Policy): Fault[] {
  const names = (policy.jobs ?? []).map(({ name }) => name.toLowerCase());
  const taken = new Set(['os', 'server', 'batch', ...policy.tiers.map((tier) => tier.toLowerCase())]);
  return (policy.jobs ?? []).flatMap((job, i) => {
    const path = `/jobs/${i}`;
    const name = names[i] ?? '';
    return [
      ...(names.indexOf(name) < i ? [takenName(path, `there is already a job "${job.name}"`)] : []),
      ...(taken.has(name) ? [takenName(path, `"${job.name}" stands in the names of standard jobs`)] : []),
      ...whoDoesIt(path, job),
      ...wrongMoment(path, job),
      ...placedSteps(path, job).flatMap(({ place, step }) => stepFaults(place, job, step)),
    ];
  });
}

function takenName(path: string, message: string): Fault {
  return { path: `${path}/name`, message, remedy: 'Give each job a name of its own.' };
}

function whoDoesIt(path: string, { action, steps, instructions }: OwnJob): Fault[] {
  if (action === 'MANUAL') {
    return [
      ...(instructions === undefined
        ? [
            fault(
              `${path}/instructions`,
              'a MANUAL job says nothing to the person who does it',
              'Add the instructions.',
            ),
          ]
        : []),
      ...(steps === undefined
        ? []
        : [
            fault(
              `${path}/steps`,
              'a person carries out no steps',
              'Remove the steps, or make it a CHECK or PATCH.',
            ),
          ]),
    ];
  }
  return [
    ...(steps === undefined
      ? [
          fault(
            `${path}/steps`,
            `a ${action} without steps does nothing`,
            'Add the steps, or make it MANUAL.',
          ),
        ]
      : []),
    ...(instructions === undefined
      ? []
      : [
          fault(
            `${path}/instructions`,
            `nobody reads the instructions of a ${action}: a program does it`,
            'Remove the instructions, or make it MANUAL.',
          ),
        ]),
  ];
}

/** A server is changed only while what runs on it is down. */
function wrongMoment(path: string, { action, at }: OwnJob): Fault[] {
  if (action !== 'PATCH' || (at !== 'before' && at !== 'after')) return [];
  return [
    fault(
      `${path}/at`,
      `a PATCH ${at} the outage would change a server while applications run on it`,
      'Use the moment stopped, patched or verified; what may run beside applications is a CHECK.',
    ),
  ];
}

function placedSteps(path: string, { steps }: OwnJob): { place: string; step: KindStep }[] {
  if (steps === undefined) return [];
  const all = [steps].flat();
  return all.map((step, i) => ({
    place: Array.isArray(steps) ? `${path}/steps/${i}` : `${path}/steps`,
    step,
  }));
}

function stepFaults(place: string, job: OwnJob, step: KindStep): Fault[] {
  return [
    ...programFromData(place, step),
    ...wrongUnit(place, job, step),
    ...('packages' in step && job.action === 'CHECK'
      ? [fault(`${place}/packages`, 'a CHECK updates no packages', 'Make it a PATCH.')]
      : []),
    ...(job.per === 'server' ? notOfServer(place, step) : []),
  ];
}

function wrongUnit(place: string, { per }: OwnJob, step: KindStep): Fault[] {
  if (!('unit' in step)) return [];
  if (per === 'server') {
    const remedy = 'Write a command, or make it a job per component.';
    return [fault(`${place}/unit`, 'a server has no systemd unit of its own', remedy)];
  }
  if (step.unit === 'active' || step.unit === 'inactive') return [];
  const remedy = 'Remove the step; what else a stop or start needs belongs to the kind (/kinds).';
  return [
    fault(`${place}/unit`, `a job of one's own does not ${step.unit} units: STOP and START do`, remedy),
  ];
}

function notOfServer(place: string, step: KindStep): Fault[] {
  const [what, parts] =
    'command' in step ? ['command', step.command] : ['packages', 'packages' in step ? step.packages : []];
  return parts.flatMap((part, i) => {
    const name = placeholderOf(part);
    if (name === null || OF_A_SERVER.includes(name)) return [];
    const remedy = `Use one of ${OF_A_SERVER.map((word) => `{${word}}`).join(', ')}, or make it a job per component.`;
    return [fault(`${place}/${what}/${i}`, `a server has nothing that ${part} could stand for`, remedy)];
  });
}

function fault(path: string, message: string, remedy: string): Fault {
  return { path, message, remedy };
}
