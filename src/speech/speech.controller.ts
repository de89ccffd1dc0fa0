import { Body, Controller, Get, Header, HttpCode, Param, Post, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { closingSound, openingSound } from './chime.ts';
import { silence, wavFile } from './pcm.ts';
import { Lexicon } from './reading/lexicon.ts';
import { readAloud } from './reading/reading.ts';
import { spokenView, type SpokenView } from './reading.view.ts';
import { readingRequest, type ReadingRequest } from './speech.request.ts';
import { SpeechService } from './speech.service.ts';
import { allTunes, classOf, type TuneId } from './tunes.ts';

@Controller('api/speech')
export class SpeechController {
  constructor(
    private readonly speech: SpeechService,
    private readonly lexicon: Lexicon,
  ) {}

  /** How a text will be said, with every expansion and every doubt marked. Nothing is kept. */
  @Post('reading')
  @HttpCode(200)
  @Needs('announcements.write')
  @ApiOkResponse({ standardSchema: spokenView })
  reading(@Body({ schema: readingRequest }) { text, picks }: ReadingRequest): SpokenView {
    const { written, spoken, sentences, spans, doubts } = readAloud(text, { lexicon: this.lexicon, picks });
    return {
      written,
      spoken,
      sentences: [...sentences],
      spans: spans.map((span) => ({ ...span, alternatives: [...span.alternatives] })),
      doubts: doubts.map((doubt) => ({ ...doubt, alternatives: [...doubt.alternatives] })),
    };
  }

  /** The text spoken as it will be, without chime and levelling: what a person hears while writing. WAV. */
  @Post('preview')
  @HttpCode(200)
  @Needs('announcements.write')
  @Header('Cache-Control', 'no-store')
  @ApiOkResponse({ description: 'audio/wav' })
  async preview(
    @By() by: Person,
    @Body({ schema: readingRequest }) { text, picks }: ReadingRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const stop = new AbortController();
    reply.raw.once('close', () => stop.abort());
    const { sentences } = readAloud(text, { lexicon: this.lexicon, picks });
    const parts: Int16Array[] = [];
    let sampleRate = 0;
    for await (const sound of this.speech.preview(by.communeId, sentences, stop.signal)) {
      sampleRate = sound.sampleRate;
      parts.push(sound.pcm);
    }
    return new StreamableFile(wavFile(parts, sampleRate), { type: 'audio/wav' });
  }

  /** A tune as a commune would choose it: how it opens, and how it closes. WAV. */
  @Get('tunes/:id')
  @Needs('session')
  @Header('Cache-Control', 'private, max-age=86400')
  @ApiOkResponse({ description: 'audio/wav' })
  tune(@Param('id', { schema: z.enum(allTunes) }) tune: TuneId): StreamableFile {
    const sampleRate = 22_050;
    const soundClass = classOf(tune);
    const parts = [
      openingSound(soundClass, tune, sampleRate),
      silence(0.8, sampleRate),
      closingSound(soundClass, tune, sampleRate),
    ];
    return new StreamableFile(wavFile(parts, sampleRate), { type: 'audio/wav' });
  }
}
