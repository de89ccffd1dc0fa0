import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Post,
  Put,
  Query,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { wavFile } from './pcm.ts';
import { SpeechService } from './speech.service.ts';
import { budgetState } from './voice-budget.ts';
import {
  chooseVoicesRequest,
  sampleQuery,
  type ChooseVoicesRequest,
  type SampleQuery,
} from './voice.request.ts';
import { VoiceService } from './voice.service.ts';
import { voicesView, voiceView, type VoicesView, type VoiceView } from './voice.view.ts';

/** Which voices there are, which speak for the commune, and what they sound like. */
@Controller('api/speech')
export class VoiceController {
  constructor(
    private readonly speech: SpeechService,
    private readonly voices: VoiceService,
  ) {}

  /** The voice that speaks now, and its limits. */
  @Get('voice')
  @Needs('session')
  @ApiOkResponse({ standardSchema: voiceView })
  async voice(@By() by: Person): Promise<VoiceView> {
    const { limits, ...voice } = await this.speech.voiceInUse(by.communeId);
    return { ...voice, limits: [...limits] };
  }

  @Get('voices')
  @Needs('commune.manage')
  @ApiOkResponse({ standardSchema: voicesView })
  async all(@By() by: Person): Promise<VoicesView> {
    return this.view(by);
  }

  @Put('voices')
  @Needs('commune.manage')
  @ApiOkResponse({ standardSchema: voicesView })
  async choose(
    @By() by: Person,
    @Body({ schema: chooseVoicesRequest }) { routine, emergency }: ChooseVoicesRequest,
  ): Promise<VoicesView> {
    if (routine !== undefined) await this.voices.choose(by, 'routine', routine);
    if (emergency !== undefined) await this.voices.choose(by, 'emergency', emergency);
    return this.view(by);
  }

  /** Looks through the directories of neural voices anew. */
  @Post('voices/look')
  @HttpCode(200)
  @Needs('commune.manage')
  @ApiOkResponse({ standardSchema: voicesView })
  async look(@By() by: Person): Promise<VoicesView> {
    await this.voices.look();
    return this.view(by);
  }

  /** A sentence in that voice: WAV. It costs what any sentence costs, once. */
  @Get('voices/sample')
  @Needs('commune.manage')
  @Header('Cache-Control', 'no-store')
  @ApiOkResponse({ description: 'audio/wav' })
  async sample(
    @By() by: Person,
    @Query({ schema: sampleQuery }) { key }: SampleQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const stop = new AbortController();
    reply.raw.once('close', () => stop.abort());
    const voice = this.voices.sampled(by.communeId, key);
    const { pcm, sampleRate } = await this.speech.sample(voice, stop.signal);
    return new StreamableFile(wavFile([pcm], sampleRate), { type: 'audio/wav' });
  }

  private async view({ communeId }: Person): Promise<VoicesView> {
    const [offered, { chosen, inForce }] = await Promise.all([
      this.voices.offered(),
      this.voices.choices(communeId),
    ]);
    const usage = this.voices.hasPaid ? await this.voices.usage(communeId) : null;
    return {
      routine: { chosen: chosen.routine ?? null, inForce: inForce.routine },
      emergency: { chosen: chosen.emergency ?? null, inForce: inForce.emergency },
      voices: offered.voices.map((voice) => ({
        ...voice,
        limits: [...voice.limits],
        rest: this.restOf(voice.id),
      })),
      models: [...offered.models],
      voicesDirectory: this.voices.directory,
      googleFault: offered.googleFault,
      usage:
        usage === null
          ? null
          : { ...usage, ...this.voices.budget, state: budgetState(usage, this.voices.budget) },
    };
  }

  private restOf(voiceId: string): VoicesView['voices'][number]['rest'] {
    const rest = this.voices.rests.of(voiceId);
    return rest === undefined ? null : { code: rest.code, until: new Date(rest.until).toISOString() };
  }
}
