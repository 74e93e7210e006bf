import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiDefaultResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { complianceCsv } from '@patchtide/domain';
import type { EventStore } from '@patchtide/event-store';
import { Roles, STORE } from '@patchtide/service-kit';
import type { Request, Response } from 'express';
import { CAMPAIGNS, type ShownCampaigns } from '../follow/shown-campaigns';
import { ComplianceShape } from '../shapes/compliance';
import { Problem, PROBLEM } from '../shapes/problem';
import { complianceOf } from '../views/compliance-view';
import { existing } from './query';

const JSON_TYPE = 'application/json';
const CSV_TYPE = 'text/csv';

/** What auditors ask for, from the events alone. */
@ApiTags('audit')
@ApiBearerAuth()
@ApiExtraModels(Problem, ComplianceShape)
@ApiDefaultResponse(PROBLEM)
@Roles('viewer')
@Controller('v1/campaigns/:id')
export class ComplianceController {
  constructor(
    @Inject(CAMPAIGNS) private readonly campaigns: ShownCampaigns,
    @Inject(STORE) private readonly store: EventStore,
  ) {}

  @Get('compliance')
  @ApiOperation({
    operationId: 'getCompliance',
    summary: `Each server: patched or why not, rebooted or due, packages old and new; a table with Accept: ${CSV_TYPE}`,
  })
  @ApiOkResponse({
    description: 'as it stands now; one line per package change in the table',
    content: {
      [JSON_TYPE]: { schema: { $ref: getSchemaPath(ComplianceShape) } },
      [CSV_TYPE]: { schema: { type: 'string' } },
    },
  })
  async compliance(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const report: ComplianceShape = await complianceOf(this.store, await existing(this.campaigns, id));
    response.vary('Accept');
    if (request.accepts(JSON_TYPE, CSV_TYPE) !== CSV_TYPE) return void response.json(report);
    response.attachment(`compliance-${report.campaign}.csv`).type(CSV_TYPE).send(complianceCsv(report));
  }
}
