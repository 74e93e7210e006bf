import { ApiProperty } from '@nestjs/swagger';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { Fault } from './api-shapes';

export const INCIDENT_STATUSES = ['open', 'acknowledged', 'resolved'] as const;
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];
const KINDS = [
  ...(['job', 'invalid-change', 'invalid-condition', 'dead-letter'] as const),
  ...(['campaign-rejected', 'needs-hands'] as const),
] as const;

/** One line of an incident's history, in the order of events. */
export class HistoryEntry {
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty({ enum: ['opened', 'opened again', 'acknowledged', 'resolved', 'left'] }) what!: string;
  @ApiProperty() by!: string;
  @ApiProperty() text!: string;
}

/** The read model: what an operator must look at. Derived from events only, so it can be rebuilt at any time. */
@Entity({ schema: 'incidents', name: 'incident' })
@Index('incident_by_slack', ['status', 'slackMs'])
export class Incident {
  @ApiProperty()
  @PrimaryColumn('text')
  id!: string;

  @ApiProperty({ enum: KINDS })
  @Column('text')
  kind!: (typeof KINDS)[number];

  @ApiProperty({ enum: INCIDENT_STATUSES })
  @Column('text')
  status!: IncidentStatus;

  @ApiProperty({ type: String, nullable: true })
  @Column('text', { nullable: true })
  campaign!: string | null;

  @ApiProperty({ type: String, nullable: true })
  @Column('text', { nullable: true })
  job!: string | null;

  @ApiProperty({ description: 'the job’s name, which names the CI; a sentence for incidents without a job' })
  @Column('text')
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  @Column('text', { nullable: true })
  ci!: string | null;

  @ApiProperty({ type: String, nullable: true })
  @Column('text', { nullable: true })
  server!: string | null;

  @ApiProperty({ type: String, nullable: true })
  @Column('text', { nullable: true })
  application!: string | null;

  @ApiProperty({ type: String, nullable: true })
  @Column('text', { nullable: true })
  owner!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'how the attempt ended' })
  @Column('text', { nullable: true })
  outcome!: string | null;

  @ApiProperty()
  @Column('text')
  summary!: string;

  @ApiProperty({ description: 'the last output of the attempt' })
  @Column('text')
  outputTail!: string;

  @ApiProperty({
    ...{ type: 'object', additionalProperties: { type: 'string' } },
    description: 'what the host noted about the attempt, by name',
  })
  @Column('simple-json')
  facts!: Readonly<Record<string, string>>;

  @ApiProperty({ type: 'integer' })
  @Column('int')
  attempt!: number;

  @ApiProperty({ type: 'integer', description: 'jobs that wait, directly or not, for this one' })
  @Column('int')
  waiting!: number;

  @ApiProperty({
    ...{ type: 'integer', nullable: true },
    description: 'milliseconds left when it opened, before the window closes on the job’s remaining path',
  })
  @Column('double precision', { nullable: true })
  slackMs!: number | null;

  @ApiProperty({ type: [String], description: 'what its job may be answered with' })
  @Column('simple-json')
  answers!: string[];

  @ApiProperty({ type: () => [Fault] })
  @Column('simple-json')
  faults!: Fault[];

  @ApiProperty({ format: 'date-time' })
  @Column('text')
  openedAt!: string;

  @ApiProperty({ type: 'integer' })
  @Column('int')
  timesOpened!: number;

  @ApiProperty({ type: String, nullable: true })
  @Column('text', { nullable: true })
  acknowledgedBy!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  @Column('text', { nullable: true })
  resolvedAt!: string | null;

  @ApiProperty({ type: String, nullable: true })
  @Column('text', { nullable: true })
  resolvedBy!: string | null;

  @ApiProperty({ type: String, nullable: true })
  @Column('text', { nullable: true })
  resolvedHow!: string | null;

  @ApiProperty({ type: () => [HistoryEntry] })
  @Column('simple-json')
  history!: HistoryEntry[];
}
