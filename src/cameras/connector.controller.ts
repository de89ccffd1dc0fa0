import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { enrolmentView } from '../boxes/enrolment.view.ts';
import type { EnrolmentView } from '../boxes/enrolment.view.ts';
import { connectorRequest } from './camera.request.ts';
import { connectorView } from './camera.view.ts';
import type { ConnectorView } from './camera.view.ts';
import { ConnectorService } from './connector.service.ts';

@ApiTags('cameras')
@Controller('api/connectors')
export class ConnectorController {
  constructor(private readonly connectors: ConnectorService) {}

  @Get()
  @Needs('cameras.read')
  @ApiOkResponse({ standardSchema: z.array(connectorView) })
  list(@By() by: Person): Promise<ConnectorView[]> {
    return this.connectors.list(by.communeId);
  }

  @Post()
  @Needs('cameras.manage')
  @ApiCreatedResponse({ standardSchema: connectorView })
  add(
    @By() by: Person,
    @Body({ schema: connectorRequest }) request: z.infer<typeof connectorRequest>,
  ): Promise<ConnectorView> {
    return this.connectors.add(by, request.name);
  }

  @Post(':id/enrolment')
  @HttpCode(200)
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: enrolmentView })
  enrol(@By() by: Person, @Param('id', { schema: z.uuid() }) connectorId: string): Promise<EnrolmentView> {
    return this.connectors.enrol(by, connectorId);
  }
}
