import type { PlanJob } from '@patchtide/contracts';
import { counted } from '../terminal/counted';
import { duration } from '../terminal/time';

/** Where an expected duration comes from, with the number of samples, and what nine in ten are expected to keep. */
export function estimateWords({ estimateFrom: { from, samples, p90Ms }, estimateMs, kind }: PlanJob): string {
  const p90 = p90Ms > estimateMs ? `, p90 ${duration(p90Ms)}` : '';
  const past = counted(samples, 'sample');
  switch (from) {
    case 'ci':
      return `${past} here${p90}`;
    case 'kind':
      return `${past} of ${kind ?? 'such servers'}${p90}`;
    case 'policy':
      return `by policy${p90}`;
    case 'default':
      return `by default${p90}`;
  }
}
