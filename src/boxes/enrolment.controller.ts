import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { enrolRequest, returnRequest } from '../../devices/protocol/enrolment-messages.ts';
import type { EnrolAnswer, EnrolRequest, ReturnRequest } from '../../devices/protocol/enrolment-messages.ts';
import { Open } from '../access/right.decorator.ts';
import { Failure } from '../base/failure.ts';
import { EnrolmentService } from './enrolment.service.ts';
import { ReturnService } from './return.service.ts';
import { StrangerService } from './stranger.service.ts';

/** The boxes' ways in that need no credentials: a one-time code, or a signed word, stands for them. Not under /api. */
@ApiTags('boxes')
@Controller('device')
export class EnrolmentController {
  constructor(
    private readonly enrolment: EnrolmentService,
    private readonly strangers: StrangerService,
    private readonly returns: ReturnService,
  ) {}

  /** Open, because the box has nothing yet but its code: 80 random bits, and few tries a minute. */
  @Open()
  @Post('enrol')
  @HttpCode(201)
  @RouteConfig({ rateLimit: { max: 30, timeWindow: 60_000 } })
  async enrol(
    @Body({ schema: enrolRequest }) request: EnrolRequest,
    @Req() { ip }: FastifyRequest,
  ): Promise<EnrolAnswer> {
    try {
      return await this.enrolment.enrol(request);
    } catch (error) {
      if (error instanceof Failure && error.code === 'boxes.code-refused')
        this.strangers.noteCode(request.code, request.hardware, ip);
      throw error;
    }
  }

  /** Open, because the broker has just turned the box away: what it shows was signed by this commune's service. */
  @Open()
  @Post('return')
  @HttpCode(204)
  @RouteConfig({ rateLimit: { max: 120, timeWindow: 60_000 } })
  async return(@Body({ schema: returnRequest }) request: ReturnRequest): Promise<void> {
    await this.returns.take(request);
  }
}
