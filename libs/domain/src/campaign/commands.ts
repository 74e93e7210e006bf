import type { Change, Fault, JobVerb, Plan, Report } from '@patchtide/contracts';

interface Wish {
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/** What can be asked of a campaign. Time, ids and the lease's epoch come with the command. */
export type CampaignCommand =
  | {
      readonly type: 'SubmitChange';
      readonly change: Change;
      readonly changeDigest: string;
      readonly at: string;
    }
  | { readonly type: 'AdoptPlan'; readonly plan: Plan; readonly revision: number; readonly at: string }
  | {
      readonly type: 'RejectPlan';
      readonly stage: 'landscape' | 'plan';
      readonly revision: number;
      readonly reasons: readonly Fault[];
      readonly at: string;
    }
  | ({ readonly type: 'Approve'; readonly planDigest: string } & Wish)
  | ({ readonly type: 'Start' | 'Pause' | 'Resume' | 'Abort' } & Wish)
  | ({ readonly type: 'ControlJob'; readonly verb: JobVerb; readonly job: string } & Wish)
  /** A person says of a condition of the business whether it is met. */
  | ({
      readonly type: 'StateCondition';
      readonly condition: string;
      readonly met: boolean;
      readonly until?: string;
    } & Wish)
  /** What was published about a condition of the business: the last word of its own stream, at this version. */
  | {
      readonly type: 'RecordCondition';
      readonly condition: string;
      readonly met: boolean;
      readonly until?: string;
      readonly by: string;
      readonly publication: number;
      readonly at: string;
    }
  | {
      readonly type: 'RecordReport';
      readonly report: Exclude<Report, { kind: 'alive' }>;
      readonly at: string;
    }
  /** An attempt gave no sign of life for longer than its time-out allows. */
  | { readonly type: 'RecordSilence'; readonly job: string; readonly attempt: number; readonly at: string }
  /** Look where the campaign will end if the rest goes as expected, and tell it where that is news. */
  | { readonly type: 'Reforecast'; readonly at: string }
  /** Look at the clock and do what is due: start, dispatch, restore, close. */
  | { readonly type: 'Advance'; readonly epoch: number; readonly at: string };
