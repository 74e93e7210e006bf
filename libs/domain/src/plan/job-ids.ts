import type { DraftFault, DraftJob } from './draft-job';
import type { OwnDraft } from './own-jobs';

/** What may stand behind the action in a job's id (contracts: JOB_ID). Names and ids alone are never longer. */
const MAX_PLACE = 128;

/** Jobs whose ids are too long, or are those of other jobs: names of the policy and ids of the landscape are put together. */
export function idFaults(jobs: readonly DraftJob[], own: readonly OwnDraft[]): DraftFault[] {
  const positions = new Map(own.map(({ job, position }) => [job.id, position]));
  const first = new Map<string, DraftJob>();
  const faults: DraftFault[] = [];
  for (const job of jobs) {
    const other = first.get(job.id);
    if (other === undefined) first.set(job.id, job);
    const isTooLong = job.id.length > job.action.length + 1 + MAX_PLACE;
    if (!other && !isTooLong) continue;
    const position = positions.get(job.id);
    const place =
      position === undefined ? { path: '/id', component: job.ci } : { path: `/jobs/${position}/name` };
    faults.push({ ...place, ...(other ? doubled(job, other) : tooLong(job)) });
  }
  return faults;
}

function doubled(job: DraftJob, other: DraftJob) {
  const message = `the job ${job.name} would have the id ${job.id} of ${other.name}`;
  return { message, remedy: 'Give one of the two another name or id.' };
}

function tooLong({ id, name }: DraftJob) {
  const message = `the id of the job ${name} would be ${id}, which is too long`;
  return { message, remedy: 'Give the job a shorter name, or the CI a shorter id.' };
}
