import { Rejected } from '@patchtide/domain';
import type { Campaigns, Folded } from '../follow/campaigns';

/** The campaign of that id. @throws Rejected `unknown-campaign` */
export function existing(campaigns: Campaigns, id: string): Folded {
  const folded = campaigns.get(id);
  if (!folded)
    throw new Rejected(
      'unknown-campaign',
      `there is no campaign "${id}"`,
      'List the campaigns at /v1/campaigns.',
    );
  return folded;
}

/** A query parameter as an ISO 8601 instant. @throws Rejected `invalid-time` */
export function instantParameter(text: string, name: string): string {
  const ms = Date.parse(text);
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(ms)) {
    throw new Rejected('invalid-time', `${name} is not an instant`, 'Write it like 2026-11-29T22:00:00Z.', [
      {
        path: `/${name}`,
        message: 'is not an ISO 8601 instant',
        remedy: 'Write it like 2026-11-29T22:00:00Z.',
      },
    ]);
  }
  return new Date(ms).toISOString();
}

/** A query parameter as a whole number within bounds; the fallback when it is absent. @throws Rejected `invalid-number` */
export function numberParameter(
  text: string | undefined,
  name: string,
  bounds: { fallback: number; max: number },
): number {
  if (text === undefined || text === '') return bounds.fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= bounds.max) return value;
  const remedy = `Send a whole number from 0 to ${bounds.max}.`;
  throw new Rejected('invalid-number', `${name} is not a usable number`, remedy, [
    { path: `/${name}`, message: 'is not a usable number', remedy },
  ]);
}
