import type { Fault } from '@patchtide/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type IncidentStatus = 'open' | 'acknowledged' | 'resolved';

/** One line of an incident's history, in the order of events. */
export interface HistoryEntry {
  readonly at: string;
  readonly what: string;
  readonly by: string;
  readonly text: string;
}

/** The read model: what an operator must look at. Derived from events only, so it can be rebuilt at any time. */
@Entity({ schema: 'incidents', name: 'incident' })
@Index('incident_by_slack', ['status', 'slackMs'])
export class Incident {
  @PrimaryColumn('text') id!: string;
  @Column('text') kind!: 'job' | 'invalid-change' | 'dead-letter' | 'campaign-rejected' | 'needs-hands';
  @Column('text') status!: IncidentStatus;
  @Column('text', { nullable: true }) campaign!: string | null;
  @Column('text', { nullable: true }) job!: string | null;
  /** The job's name, which names the CI; a sentence for incidents without a job. */
  @Column('text') name!: string;
  @Column('text', { nullable: true }) ci!: string | null;
  @Column('text', { nullable: true }) server!: string | null;
  @Column('text', { nullable: true }) application!: string | null;
  @Column('text', { nullable: true }) owner!: string | null;
  @Column('text', { nullable: true }) outcome!: string | null;
  @Column('text') summary!: string;
  @Column('text') outputTail!: string;
  @Column('int') attempt!: number;
  /** Jobs that wait, directly or not, for this one. */
  @Column('int') waiting!: number;
  /** Milliseconds left, when it opened, before the window closes on the job's remaining path. */
  @Column('double precision', { nullable: true }) slackMs!: number | null;
  @Column('simple-json') answers!: string[];
  @Column('simple-json') faults!: Fault[];
  @Column('text') openedAt!: string;
  @Column('int') timesOpened!: number;
  @Column('text', { nullable: true }) acknowledgedBy!: string | null;
  @Column('text', { nullable: true }) resolvedAt!: string | null;
  @Column('text', { nullable: true }) resolvedBy!: string | null;
  @Column('text', { nullable: true }) resolvedHow!: string | null;
  @Column('simple-json') history!: HistoryEntry[];
}
