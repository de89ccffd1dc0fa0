import { Body, Controller, Header, HttpCode, Post, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { wavFile } from '../speech/pcm.ts';
import { spokenView, type SpokenView } from '../speech/reading.view.ts';
import { readingRequest, type ReadingRequest } from '../speech/speech.request.ts';
import { SpeechService } from '../speech/speech.service.ts';
import { CommuneReading } from './commune-reading.service.ts';

@Controller('api/speech')
export class ReadingController {
  constructor(
    private readonly speech: SpeechService,
    private readonly readings: CommuneReading,
  ) {}

  /** How a text will be said, with every expansion and every doubt marked. Nothing is kept. */
  @Post('reading')
  @HttpCode(200)
  @Needs('announcements.write')
  @ApiOkResponse({ standardSchema: spokenView })
  async reading(
    @By() by: Person,
    @Body({ schema: readingRequest }) { text, picks }: ReadingRequest,
  ): Promise<SpokenView> {
    const reader = await this.readings.of(by.communeId);
    const { written, spoken, sentences, spans, doubts } = reader.read(text, { picks });
    return { written, spoken, sentences, spans, doubts };
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
    const reader = await this.readings.of(by.communeId);
    return previewOf(this.speech, by.communeId, reader.read(text, { picks }).sentences, reply);
  }
}

/** Sentences as sound; who goes away stops the voice. */
export async function previewOf(
  speech: SpeechService,
  communeId: string,
  sentences: readonly string[],
  reply: FastifyReply,
): Promise<StreamableFile> {
  const stop = new AbortController();
  reply.raw.once('close', () => stop.abort());
  const parts: Int16Array[] = [];
  let sampleRate = 0;
  for await (const sound of speech.preview(communeId, sentences, stop.signal)) {
    sampleRate = sound.sampleRate;
    parts.push(sound.pcm);
  }
  return new StreamableFile(wavFile(parts, sampleRate), { type: 'audio/wav' });
}
