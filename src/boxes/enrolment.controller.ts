import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiTags } from '@nestjs/swagger';
import { enrolRequest } from '../../devices/protocol/messages.ts';
import type { EnrolAnswer, EnrolRequest } from '../../devices/protocol/messages.ts';
import { Open } from '../access/right.decorator.ts';
import { EnrolmentService } from './enrolment.service.ts';

/** The boxes' only way in that needs no credentials: a one-time code stands for them. Not under /api. */
@ApiTags('boxes')
@Controller('device')
export class EnrolmentController {
  constructor(private readonly enrolment: EnrolmentService) {}

  /** Open, because the box has nothing yet but its code: 80 random bits, and few tries a minute. */
  @Open()
  @Post('enrol')
  @HttpCode(201)
  @RouteConfig({ rateLimit: { max: 30, timeWindow: 60_000 } })
  enrol(@Body({ schema: enrolRequest }) request: EnrolRequest): Promise<EnrolAnswer> {
    return this.enrolment.enrol(request);
  }
}
