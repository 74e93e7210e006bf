import { Controller, Get, Header, Inject, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { liveForecast, Rejected } from '@patchtide/domain';
import type { EventStore } from '@patchtide/event-store';
import { Roles, STORE } from '@patchtide/service-kit';
import { Campaigns, type Folded } from '../follow/campaigns';

import { campaignView } from '../views/campaign-view';
import { type JobFilter, jobView, jobViews, obligationViews } from '../views/job-view';
import { existing } from './query';

/** What campaigns are and how they stand. Reading changes nothing and needs no more than the role viewer. */
@ApiTags('campaigns')
@ApiBearerAuth()
@Roles('viewer')
@Controller('v1/campaigns')
export class CampaignsController {
  constructor(
    @Inject(Campaigns) private readonly campaigns: Campaigns,
    @Inject(STORE) private readonly store: EventStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'All campaigns, the one with the latest event first' })
  list() {
    const at = now();
    return this.campaigns.all().map((folded) => campaignView(folded, at));
  }

  @Get(':id')
  @ApiOperation({ summary: 'How one campaign stands' })
  show(@Param('id') id: string) {
    return campaignView(existing(this.campaigns, id), now());
  }

  @Get(':id/plan')
  @Header('content-type', 'application/json')
  @ApiOperation({ summary: 'The plan that is executed: jobs, their order, exclusions, forecast' })
  plan(@Param('id') id: string) {
    return planned(existing(this.campaigns, id)).plan;
  }

  @Get(':id/forecast')
  @ApiOperation({ summary: 'The forecast of the plan, and where the campaign ends as it goes now' })
  forecast(@Param('id') id: string) {
    const execution = planned(existing(this.campaigns, id));
    return { planned: execution.plan.forecast, live: liveForecast(execution, now()) };
  }

  @Get(':id/jobs')
  @ApiQuery({ name: 'status', required: false })
  @ApiQuery({ name: 'action', required: false })
  @ApiQuery({ name: 'server', required: false })
  @ApiQuery({ name: 'application', required: false })
  @ApiOperation({ summary: 'Jobs with their state and, where they wait, why' })
  jobs(@Param('id') id: string, @Query() filter: JobFilter) {
    return jobViews(existing(this.campaigns, id).campaign, filter, now());
  }

  @Get(':id/jobs/:job')
  @ApiOperation({ summary: 'One job with its last output and the allowed answers' })
  job(@Param('id') id: string, @Param('job') job: string) {
    const folded = existing(this.campaigns, id);
    const state = planned(folded).jobs.get(job);
    if (!state)
      throw new Rejected(
        'unknown-job',
        `the plan has no job "${job}"`,
        `List the jobs at /v1/campaigns/${id}/jobs.`,
      );
    return jobView(folded.campaign, state, now());
  }

  @Get(':id/obligations')
  @ApiOperation({ summary: 'What the campaign took away and owes back; open ones first' })
  obligations(@Param('id') id: string) {
    return obligationViews(existing(this.campaigns, id).campaign);
  }
}

function planned(folded: Folded) {
  const { execution } = folded.campaign;
  if (!execution)
    throw new Rejected(
      'no-plan-yet',
      `${folded.id} is ${folded.campaign.status} and has no plan`,
      'Wait for its plan, or look at its reasons.',
    );
  return execution;
}

function now(): string {
  return new Date().toISOString();
}
