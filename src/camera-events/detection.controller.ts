import type { Readable } from 'node:stream';
import { Body, Controller, HttpCode, HttpStatus, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { RawBodyRequest } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Open } from '../access/right.decorator.ts';
import { Failure } from '../base/failure.ts';
import type { Detector } from '../detectors/detector.ts';
import type { DetectionAnswer } from '../detectors/detector.link.ts';
import { DetectorService } from '../detectors/detector.service.ts';
import { Config } from '../platform/config/config.ts';
import { DetectionService } from './detection.service.ts';

/** One address a minute: twenty words a second, more than a camera's scene changes. */
const rateLimit = { max: 1_200, timeWindow: 60_000 };

/**
 * The webhook of outside detectors. Open to the guard, because a detector has no session: its key, as
 * `Authorization: Bearer …`, says who it is. No cookie is looked at, so no other site's page can speak through a browser.
 */
@ApiTags('detectors')
@Controller('detector/v1')
export class DetectionController {
  constructor(
    private readonly detections: DetectionService,
    private readonly detectors: DetectorService,
    private readonly config: Config,
  ) {}

  /** 201: stored; 200: it was here already, or says itself that it was nothing; else a problem that names the fault. */
  @Open()
  @Post('detections')
  @RouteConfig({ rateLimit })
  async detection(
    @Req() request: RawBodyRequest<FastifyRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DetectionAnswer> {
    const detector = await this.detectorOf(request);
    const answer = await this.detections.takeDetection(detector, request.rawBody ?? new Uint8Array());
    void reply.status(answer.result === 'stored' ? HttpStatus.CREATED : HttpStatus.OK);
    return answer;
  }

  /** The bytes of a picture that a detection named by its hash. */
  @Open()
  @Put('pictures/:sha256')
  @HttpCode(204)
  @RouteConfig({ rateLimit, takesPictures: true })
  async picture(
    @Req() request: FastifyRequest,
    @Param('sha256', { schema: z.string().regex(/^[0-9a-f]{64}$/) }) sha256: string,
    @Body() body: Readable | undefined,
  ): Promise<void> {
    const detector = await this.detectorOf(request);
    const bytes = await readAtMost(body, this.config.values.cameras.snapshotMaximumBytes);
    await this.detections.takePicture(detector, sha256, bytes);
  }

  /** It works, and sees nothing to tell of. */
  @Open()
  @Post('alive')
  @HttpCode(204)
  @RouteConfig({ rateLimit })
  async alive(@Req() request: FastifyRequest): Promise<void> {
    await this.detectors.heard(await this.detectorOf(request));
  }

  private async detectorOf({ headers }: FastifyRequest): Promise<Detector> {
    const key = /^Bearer ([\w-]{20,100})$/i.exec(headers.authorization ?? '')?.[1];
    if (key === undefined)
      throw new Failure('unknown-person', 'detectors.no-key', 'Send the key as "Authorization: Bearer …"');
    return this.detectors.byKey(key);
  }
}

/** @throws Failure `detectors.picture-too-large`: the rest is not read */
async function readAtMost(body: Readable | undefined, maximumBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (body === undefined || typeof body[Symbol.asyncIterator] !== 'function') return new Uint8Array();
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maximumBytes)
      throw new Failure(
        'too-large',
        'detectors.picture-too-large',
        `A picture has at most ${maximumBytes} bytes`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
