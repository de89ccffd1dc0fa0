import { Controller, Get, Header, Param, StreamableFile } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '../access/right.decorator.ts';
import { closingSound, openingSound } from './chime.ts';
import { silence, wavFile } from './pcm.ts';
import { allTunes, classOf, type TuneId } from './tunes.ts';

@Controller('api/speech')
export class SpeechController {
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
