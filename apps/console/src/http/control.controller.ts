import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { CampaignVerb, Change, JobVerb } from '@patchtide/contracts';
import { Rejected } from '@patchtide/domain';
import { canonicalJson, type EventStore } from '@patchtide/event-store';
import { type Caller, CurrentActor, Roles, STORE } from '@patchtide/service-kit';
import { IsObject, IsOptional, IsString, MaxLength } from 'class-validator';

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
const JOB_VERBS: readonly string[] = ['retry', 'skip', 'complete', 'take-over', 'hand-back'];

/** What can be asked for. The owner of the stream decides; this only says who asks. */
@ApiTags('control')
@ApiBearerAuth()
@Controller('v1')
export class ControlController {
  constructor(
    @Inject(CommandClient) private readonly commands: CommandClient,
    @Inject(STORE) private readonly store: EventStore,
  ) {}

  @Post('changes')
  @HttpCode(202)
  @Roles('operator', 'service')
  @ApiOperation({ summary: 'Submit an approved change; answers with its campaign, or with every fault' })
  submit(@Body() change: Record<string, unknown>) {
    return this.commands.send({ type: 'SubmitChange', data: { change: change as unknown as Change } });
  }

  @Post('landscapes')
  @HttpCode(201)
  @Roles('operator', 'service')
  @ApiOperation({ summary: 'Make a landscape the present one of the CMDB' })
  async importLandscape(@Body() body: LandscapeBody, @CurrentActor() caller: Caller) {
    const landscapeDigest = await this.store.putDocument('landscape', canonicalJson(body.landscape));
    const actor = { by: caller.name, reason: '' };
    return this.commands.send({
      type: 'ImportLandscape',
      data: { landscapeDigest, source: body.source, actor },
    });
  }

  @Post('campaigns/:id/approve')
  @HttpCode(200)
  @Roles('approver')
  @ApiOperation({ summary: 'Approve exactly the plan with this digest; not by whoever requested the change' })
  approve(@Param('id') campaign: string, @Body() body: ApproveBody, @CurrentActor() caller: Caller) {
    const data = { campaign, planDigest: body.planDigest, actor: actorOf(caller, body) };
    return this.commands.send({ type: 'ApproveCampaign', data });
  }

  @Post('campaigns/:id/:verb')
  @HttpCode(200)
  @Roles('operator')
  @ApiParam({ name: 'verb', enum: CAMPAIGN_VERBS })
  @ApiOperation({ summary: 'Start, pause (drains), resume or abort (gives everything back)' })
  control(
    @Param('id') campaign: string,
    @Param('verb') verb: string,
    @Body() body: ReasonBody,
    @CurrentActor() caller: Caller,
  ) {
    if (!CAMPAIGN_VERBS.includes(verb)) throw unknownVerb(verb, CAMPAIGN_VERBS);
    return this.commands.send({
      type: 'ControlCampaign',
      data: { campaign, verb: verb as CampaignVerb, actor: actorOf(caller, body) },
    });
  }

  @Post('campaigns/:id/jobs/:job/:verb')
  @HttpCode(200)
  @Roles('operator')
  @ApiParam({ name: 'verb', enum: JOB_VERBS })
  @ApiOperation({ summary: 'Answer one job: retry, skip, complete by hand, take over, hand back' })
  answer(
    @Param() where: { id: string; job: string; verb: string },
    @Body() body: ReasonBody,
    @CurrentActor() caller: Caller,
  ) {
    const { id: campaign, job, verb } = where;
    if (!JOB_VERBS.includes(verb)) throw unknownVerb(verb, JOB_VERBS);
    return this.commands.send({
      type: 'ControlJob',
      data: { campaign, job, verb: verb as JobVerb, actor: actorOf(caller, body) },
    });
  }
}

function actorOf(caller: Caller, { reason = '' }: ReasonBody) {
  return { by: caller.name, reason };
}

function unknownVerb(verb: string, known: readonly string[]): Rejected {
  return new Rejected('unknown-verb', `"${verb}" cannot be asked for`, `Use one of: ${known.join(', ')}.`);
}
