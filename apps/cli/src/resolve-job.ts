import { JOB_ID } from '@patchtide/contracts';
import type { Api } from './api';
import { Failed } from './failures';
import { pathOf } from './paths';
import type { JobView } from './views';

/** The id of a job that was named as people speak of it, or by its id. @throws Failed when the plan has no such job */
export async function resolveJob(api: Api, campaign: string, named: string): Promise<string> {
  if (JOB_ID.test(named)) return named;
  const jobs = await api.list<JobView>(pathOf('campaigns', campaign, 'jobs'));
  const job = jobs.find(({ name }) => name === named);
  if (job) return job.id;
  throw new Failed(`${campaign} has no job "${named}"`, [], `See "patchtide job list ${campaign}".`);
}
