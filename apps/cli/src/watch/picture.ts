import type { CampaignView, IncidentView, JobView, StateView } from '../views';
import { Tally, type TallyView } from './tally';

/** Everything the board shows of one campaign at one moment. */
export interface Picture {
  readonly campaign: CampaignView;
  /** Jobs that run or are on their way to their executor. */
  readonly underWay: readonly JobView[];
  readonly incidents: readonly IncidentView[];
  /** Null until the jobs and obligations have been read once. */
  readonly tally: TallyView | null;
  readonly nowMs: number;
  /** The picture is old: when it was taken, and why there is no newer one. */
  readonly doubt: { readonly takenMs: number; readonly why: string } | null;
}

/** The picture of a moment in the past; incidents have no such view. */
export function pictureOfState(state: StateView): Picture {
  const tally = new Tally();
  tally.begin(state.jobStates, state.obligations);
  return {
    campaign: state,
    underWay: state.jobStates.filter(isUnderWay),
    incidents: [],
    tally: tally.view,
    nowMs: Date.parse(state.at),
    doubt: null,
  };
}

function isUnderWay({ status }: JobView): boolean {
  return status === 'running' || status === 'dispatched';
}
