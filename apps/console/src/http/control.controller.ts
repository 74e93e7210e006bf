import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiDefaultResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProperty,
  ApiTags,
} from '@nestjs/swagger';
import type { CampaignVerb, Change, ConditionVerb, JobVerb } from '@patchtide/contracts';
import { Rejected } from '@patchtide/domain';
import { canonicalJson, type EventStore, NotCanonical } from '@patchtide/event-store';
import { type Caller, CurrentActor, Roles, STORE } from '@patchtide/service-kit';
import { IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { CommandAnswerShape, LandscapeAnswerShape } from '../shapes/answer';
import { Problem, PROBLEM } from '../shapes/problem';
import { CommandClient } from './command-client';

class ReasonBody {
  @ApiProperty({ required: false, maxLength: 500 })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string;
}

class ApproveBody extends ReasonBody {
  @ApiProperty({ description: 'digest of the plan that is approved' })
  @IsString()
  @MaxLength(100)
  planDigest!: string;
}

class ConditionBody extends ReasonBody {
  @ApiProperty({
    ...{ required: false, type: String, format: 'date-time' },
    description: 'only with publish: from then on it does not count any more',
  })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  until?: string;
}

class LandscapeBody {
  @ApiProperty({ description: 'where the landscape comes from, for the record' })
  @IsString()
  @MaxLength(500)
  source!: string;

  @ApiProperty({ description: 'the landscape document, see docs/schemas/landscape.json' })
  @IsObject()
  landscape!: object;
}

const CAMPAIGN_VERBS: readonly string[] = ['start', 'pause', 'resume', 'abort'];
const CONDITION_VERBS: readonly string[] = ['publish', 'withdraw'];
const JOB_VERBS: readonly string[] = ['retry', 'skip', 'complete', 'take-over', 'hand-back'];

/** What can be asked for. The owner of the stream decides; this only says who asks. */
@ApiTags('control')
@ApiBearerAuth()
@ApiExtraModels(Problem)
@ApiDefaultResponse(PROBLEM)
@Controller('v1')
export class ControlController {
  constructor(
    @Inject(CommandClient) private readonly commands: CommandClient,
    @Inject(STORE) private readonly store: EventStore,
  ) {}

  @Post('changes')
  @HttpCode(202)
  @Roles('operator', 'service')
  @ApiOperation({
    operationId: 'submitChange',
    summary: 'Submit an approved change; answers with its campaign, or with every fault',
  })
  @ApiBody({ schema: { type: 'object', description: 'a change, see docs/schemas/change.json' } })
  @ApiAcceptedResponse({ type: CommandAnswerShape })
  submit(@Body() change: Record<string, unknown>): Promise<CommandAnswerShape> {
    return this.commands.send({ type: 'SubmitChange', data: { change: change as unknown as Change } });
  }

  @Post('landscapes')
  @HttpCode(201)
  @Roles('operator', 'service')
  @ApiOperation({
    operationId: 'importLandscape',
    summary: 'Make a landscape the present one of the CMDB',
  })
  @ApiCreatedResponse({ type: LandscapeAnswerShape })
  async importLandscape(
    @Body() body: LandscapeBody,
    @CurrentActor() caller: Caller,
  ): Promise<LandscapeAnswerShape> {
    const landscapeDigest = await this.store.putDocument('landscape', faithfulText(body.landscape));
    const actor = { by: caller.name, reason: '' };
    return this.commands.send({
      type: 'ImportLandscape',
      data: { landscapeDigest, source: body.source, actor },
    });
  }

  @Post('campaigns/:id/approve')
  @HttpCode(200)
  @Roles('approver')
  @ApiOperation({
    operationId: 'approveCampaign',
    summary: 'Approve exactly the plan with this digest; not by whoever requested the change',
  })
  @ApiOkResponse({ type: CommandAnswerShape })
  approve(
    @Param('id') campaign: string,
    @Body() body: ApproveBody,
    @CurrentActor() caller: Caller,
  ): Promise<CommandAnswerShape> {
    const data = { campaign, planDigest: body.planDigest, actor: actorOf(caller, body) };
    return this.commands.send({ type: 'ApproveCampaign', data });
  }

  @Post('campaigns/:id/:verb')
  @HttpCode(200)
  @Roles('operator')
  @ApiParam({ name: 'verb', enum: CAMPAIGN_VERBS })
  @ApiOperation({
    operationId: 'controlCampaign',
    summary: 'Start, pause (drains), resume or abort (gives everything back)',
  })
  @ApiOkResponse({ type: CommandAnswerShape })
  control(
    @Param('id') campaign: string,
    @Param('verb') verb: string,
    @Body() body: ReasonBody,
    @CurrentActor() caller: Caller,
  ): Promise<CommandAnswerShape> {
    if (!CAMPAIGN_VERBS.includes(verb)) throw unknownVerb(verb, CAMPAIGN_VERBS);
    return this.commands.send({
      type: 'ControlCampaign',
      data: { campaign, verb: verb as CampaignVerb, actor: actorOf(caller, body) },
    });
  }

  @Post('campaigns/:id/conditions/:condition/:verb')
  @HttpCode(200)
  @Roles('operator', 'service')
  @ApiParam({ name: 'id', type: String })
  @ApiParam({ name: 'condition', type: String, description: 'as the gates of the policy name it' })
  @ApiParam({ name: 'verb', enum: CONDITION_VERBS })
  @ApiOperation({
    operationId: 'stateCondition',
    summary: 'State for one campaign that a condition of the business is met, or that it is not met any more',
  })
  @ApiOkResponse({ type: CommandAnswerShape })
  stateCondition(
    @Param() where: { id: string; condition: string; verb: string },
    @Body() body: ConditionBody,
    @CurrentActor() caller: Caller,
  ): Promise<CommandAnswerShape> {
    const { id: campaign, condition, verb } = where;
    if (!CONDITION_VERBS.includes(verb)) throw unknownVerb(verb, CONDITION_VERBS);
    const until = body.until === undefined ? {} : { until: body.until };
    return this.commands.send({
      type: 'ControlCondition',
      data: { campaign, condition, verb: verb as ConditionVerb, ...until, actor: actorOf(caller, body) },
    });
  }

  @Post('campaigns/:id/jobs/:job/:verb')
  @HttpCode(200)
  @Roles('operator')
  @ApiParam({ name: 'id', type: String })
  @ApiParam({ name: 'job', type: String })
  @ApiParam({ name: 'verb', enum: JOB_VERBS })
  @ApiOperation({
    operationId: 'answerJob',
    summary: 'Answer one job: retry, skip, complete by hand, take over, hand back',
  })
  @ApiOkResponse({ type: CommandAnswerShape })
  answer(
    @Param() where: { id: string; job: string; verb: string },
    @Body() body: ReasonBody,
    @CurrentActor() caller: Caller,
  ): Promise<CommandAnswerShape> {
    const { id: campaign, job, verb } = where;
    if (!JOB_VERBS.includes(verb)) throw unknownVerb(verb, JOB_VERBS);
    return this.commands.send({
      type: 'ControlJob',
      data: { campaign, job, verb: verb as JobVerb, actor: actorOf(caller, body) },
    });
  }
}

/** @throws Rejected where the document holds what no text could give back, such as a number beyond all precision */
function faithfulText(landscape: object): string {
  try {
    return canonicalJson(landscape);
  } catch (error) {
    if (!(error instanceof NotCanonical)) throw error;
    const fault = { path: error.path, message: error.reason, remedy: 'Write it as a text, or leave it out.' };
    const next = 'Correct the faults and send it again.';
    throw new Rejected('invalid-landscape', 'the landscape cannot be stored as it is', next, [fault]);
  }
}

function actorOf(caller: Caller, { reason = '' }: ReasonBody) {
  return { by: caller.name, reason };
}

function unknownVerb(verb: string, known: readonly string[]): Rejected {
  return new Rejected('unknown-verb', `"${verb}" cannot be asked for`, `Use one of: ${known.join(', ')}.`);
}
