import type { CampaignEvent } from '@patchtide/contracts';
import { toMs } from '../instant';
import { liveForecast } from './live-forecast';
import type { Campaign } from './state';

/** An expected end that has moved by less is not worth an event. */
export const WORTH_TELLING_MS = 5 * 60_000;
/** Least time between two forecasts that are told: one that goes to and fro must not fill the stream. */
export const TELL_AGAIN_MS = 30_000;

/** Tells a forecast that is news against the last one that was told, at first the plan's. */
export function reforecast({ status, execution }: Campaign, at: string): CampaignEvent[] {
  if (status !== 'running' || !execution) return [];
  const { told } = execution;
  if (told.at !== null && toMs(at) - toMs(told.at) < TELL_AGAIN_MS) return [];
  const { end, fits, slackMs, decidedBy, cause } = liveForecast(execution, at);
  if (fits === told.fits && Math.abs(toMs(end) - toMs(told.end)) < WORTH_TELLING_MS) return [];
  const why = { ...(decidedBy === null ? {} : { decidedBy }), ...(cause === null ? {} : { cause }) };
  return [{ type: 'ForecastChanged', data: { end, fits, slackMs, endBefore: told.end, ...why, at } }];
}
