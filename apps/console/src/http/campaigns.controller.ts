import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiDefaultResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import { ACTIONS } from '@patchtide/contracts';
import { type Execution, Rejected } from '@patchtide/domain';
import type { EventStore } from '@patchtide/event-store';
import { Roles, STORE } from '@patchtide/service-kit';
import type { Folded } from '../follow/campaign-fold';
import { CAMPAIGNS, type ShownCampaigns } from '../follow/shown-campaigns';
import { CampaignShape } from '../shapes/campaign';
import { ConditionShape } from '../shapes/condition';
import { JOB_STATUSES, JobDetailShape, JobShape, ObligationShape } from '../shapes/job';
import { ForecastShape, planShape, PlanShape } from '../shapes/plan';
import { Problem, PROBLEM } from '../shapes/problem';
import { attemptEnd } from '../views/attempt-end';
import { campaignView } from '../views/campaign-view';
import { conditionViews } from '../views/condition-view';
import { liveView } from '../views/live-view';
import { jobView, jobViews, obligationViews } from '../views/job-view';
import { existing, textParameters } from './query';

/** What campaigns are and how they stand. Reading changes nothing and needs no more than the role viewer. */
@ApiTags('campaigns')
@ApiBearerAuth()
@ApiExtraModels(Problem)
@ApiDefaultResponse(PROBLEM)
@Roles('viewer')
@Controller('v1/campaigns')
export class CampaignsController {
  constructor(
    @Inject(CAMPAIGNS) private readonly campaigns: ShownCampaigns,
    @Inject(STORE) private readonly store: EventStore,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listCampaigns',
    summary: 'All campaigns, the one with the latest event first',
  })
  @ApiOkResponse({ type: [CampaignShape] })
  list(): CampaignShape[] {
    return this.campaigns.all(now());
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getCampaign', summary: 'How one campaign stands' })
  @ApiOkResponse({ type: CampaignShape })
  async show(@Param('id') id: string): Promise<CampaignShape> {
    return campaignView(await existing(this.campaigns, id), now());
  }

  @Get(':id/plan')
  @ApiOperation({
    operationId: 'getPlan',
    summary: 'The plan that is executed: jobs, their order, exclusions, forecast',
  })
  @ApiOkResponse({ type: PlanShape })
  async plan(@Param('id') id: string): Promise<PlanShape> {
    return planShape(planned(await existing(this.campaigns, id)).plan);
  }

  @Get(':id/forecast')
  @ApiOperation({
    operationId: 'getForecast',
    summary: 'The forecast of the plan, and where the campaign ends as it goes now',
  })
  @ApiOkResponse({ type: ForecastShape })
  async forecast(@Param('id') id: string): Promise<ForecastShape> {
    const execution = planned(await existing(this.campaigns, id));
    return { planned: execution.plan.forecast, live: liveView(execution, now()) };
  }

  @Get(':id/jobs')
  @ApiQuery({ name: 'status', required: false, enum: JOB_STATUSES })
  @ApiQuery({ name: 'action', required: false, enum: ACTIONS })
  @ApiQuery({ name: 'server', required: false, type: String })
  @ApiQuery({ name: 'application', required: false, type: String })
  @ApiOperation({ operationId: 'listJobs', summary: 'Jobs with their state and, where they wait, why' })
  @ApiOkResponse({ type: [JobShape] })
  async jobs(
    @Param('id') id: string,
    @Query() query: Readonly<Record<string, unknown>>,
  ): Promise<JobShape[]> {
    const known = { status: JOB_STATUSES, action: ACTIONS, server: null, application: null };
    const filter = textParameters(query, known);
    return jobViews((await existing(this.campaigns, id)).campaign, filter, now());
  }

  @Get(':id/jobs/:job')
  @ApiOperation({
    operationId: 'getJob',
    summary: 'One job with its last output, what it changed on the host, and the allowed answers',
  })
  @ApiOkResponse({ type: JobDetailShape })
  async job(@Param('id') id: string, @Param('job') job: string): Promise<JobDetailShape> {
    const folded = await existing(this.campaigns, id);
    const state = planned(folded).jobs.get(job);
    if (state)
      return { ...jobView(folded.campaign, state, now()), ...(await attemptEnd(this.store, folded, job)) };
    const next = `List the jobs at /v1/campaigns/${id}/jobs.`;
    throw new Rejected('unknown-job', `the plan has no job "${job}"`, next);
  }

  @Get(':id/obligations')
  @ApiOperation({
    operationId: 'listObligations',
    summary: 'What the campaign took away and owes back; open ones first',
  })
  @ApiOkResponse({ type: [ObligationShape] })
  async obligations(@Param('id') id: string): Promise<ObligationShape[]> {
    return obligationViews((await existing(this.campaigns, id)).campaign);
  }

  @Get(':id/conditions')
  @ApiOperation({
    operationId: 'listConditions',
    summary: 'Conditions of the business that jobs wait for, whether they hold, and who said so',
  })
  @ApiOkResponse({ type: [ConditionShape] })
  async conditions(@Param('id') id: string): Promise<ConditionShape[]> {
    return conditionViews((await existing(this.campaigns, id)).campaign, now());
  }
}

function planned({ id, campaign }: Folded): Execution {
  if (campaign.execution) return campaign.execution;
  const next = 'Wait for its plan, or look at its reasons.';
  throw new Rejected('no-plan-yet', `${id} is ${campaign.status} and has no plan`, next);
}

function now(): string {
  return new Date().toISOString();
}
