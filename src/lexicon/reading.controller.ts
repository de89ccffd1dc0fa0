import { Readable } from 'node:stream';
import { Body, Controller, Header, HttpCode, Post, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { Failure } from '../base/failure.ts';
import { bytesOf, wavHeader } from '../speech/pcm.ts';
import { spokenView, type SpokenView } from '../speech/reading.view.ts';
import { renderProfiles } from '../speech/render-profile.ts';
import { readingRequest, type ReadingRequest } from '../speech/speech.request.ts';
import { SpeechService } from '../speech/speech.service.ts';
import type { Sound } from '../speech/voice.ts';
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
    @Body({ schema: readingRequest }) { text, picks, renderProfile }: ReadingRequest,
  ): Promise<SpokenView> {
    const { before, after } = renderProfiles[renderProfile];
    const reader = await this.readings.of(by.communeId);
    const { written, spoken, sentences, spans, doubts } = reader.read(text, { picks });
    return { written, spoken, sentences, spans, doubts, before: [...before], after: [...after] };
  }

  /**
   * The text spoken as it will be, without chime and levelling: what a person hears while writing. WAV of unknown
   * length, each sentence as soon as it is spoken.
   */
  @Post('preview')
  @HttpCode(200)
  @Needs('announcements.write')
  @Header('Cache-Control', 'no-store')
  @ApiOkResponse({ description: 'audio/wav' })
  async preview(
    @By() by: Person,
    @Body({ schema: readingRequest }) { text, picks, renderProfile }: ReadingRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const reader = await this.readings.of(by.communeId);
    const { before, after, rate } = renderProfiles[renderProfile];
    const said = [...before, ...reader.read(text, { picks }).sentences, ...after];
    return previewOf(this.speech.preview(by.communeId, said, { rate, signal: untilGone(reply) }));
  }
}

/** Who goes away stops the voice. */
export function untilGone(reply: FastifyReply): AbortSignal {
  const stop = new AbortController();
  reply.raw.once('close', () => stop.abort());
  return stop.signal;
}

/** Each sentence as soon as it is spoken. What cannot be spoken at all is refused while there is a status to say so. */
export async function previewOf(sounds: AsyncGenerator<Sound>): Promise<StreamableFile> {
  const first = await sounds.next();
  if (first.done === true) {
    throw new Failure('unavailable', 'speech.voice-silent', 'no voice said anything');
  }
  return new StreamableFile(Readable.from(wavOf(first.value, sounds)), { type: 'audio/wav' });
}

async function* wavOf(first: Sound, others: AsyncGenerator<Sound>): AsyncGenerator<Buffer> {
  yield wavHeader(undefined, first.sampleRate);
  yield bytesOf(first.pcm);
  for await (const { pcm } of others) yield bytesOf(pcm);
}
