import { Controller, Get, Header, HttpCode, Param, Post, StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { Needs } from '../access/right.decorator.ts';
import { Failure } from '../base/failure.ts';
import { Config } from '../platform/config/config.ts';
import type { ForgeryView, PlugView } from './demonstration.view.ts';

/** Longer than the plug stays pulled. */
const patienceMs = 60_000;

/**
 * The demonstration's buttons. The demonstration is a program of its own around the service (`test/demo`): this only
 * passes a press on to it, and answers "missing" everywhere else.
 */
@Controller('api/demonstration')
export class DemonstrationController {
  constructor(private readonly config: Config) {}

  /** A burglar who has taken over the broker forges an order to every pole and replays an old genuine one. */
  @Post('forge')
  @HttpCode(200)
  @Needs('session')
  async forge(): Promise<ForgeryView> {
    return (await this.ask('POST', '/forge')).json() as Promise<ForgeryView>;
  }

  /** The broker is killed and stays away for a while. */
  @Post('pull-the-plug')
  @HttpCode(200)
  @Needs('session')
  async pullThePlug(): Promise<PlugView> {
    return (await this.ask('POST', '/pull-the-plug')).json() as Promise<PlugView>;
  }

  /** What a pole last played, as its sound sink wrote it down. */
  @Get('poles/:id/latest.wav')
  @Header('Content-Type', 'audio/wav')
  @Needs('session')
  async latest(@Param('id', { schema: z.uuid() }) id: string): Promise<StreamableFile> {
    const answer = await this.ask('GET', `/poles/${id}/latest.wav`);
    return new StreamableFile(new Uint8Array(await answer.arrayBuffer()));
  }

  private async ask(method: string, path: string): Promise<Response> {
    const { controlUrl } = this.config.values.demonstration;
    if (controlUrl === '') throw new Failure('missing', 'demonstration.none', 'This is not a demonstration');
    let answer: Response;
    try {
      answer = await fetch(controlUrl + path, { method, signal: AbortSignal.timeout(patienceMs) });
    } catch (cause) {
      throw new Failure('unavailable', 'demonstration.away', 'The demonstration does not answer', { cause });
    }
    if (answer.status === 404)
      throw new Failure('missing', 'demonstration.nothing-yet', 'Nothing was played yet');
    if (!answer.ok) throw new Failure('unavailable', 'demonstration.away', `It answered ${answer.status}`);
    return answer;
  }
}
