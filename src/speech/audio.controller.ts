import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Controller, Get, Head, Param, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiParam } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Open } from '../access/right.decorator.ts';
import { Failure } from '../base/failure.ts';
import { AudioStore, isSha256 } from './audio.store.ts';
import { byteRangeIn } from './byte-range.ts';

/**
 * Recordings by their hash. Open to anybody who knows the hash: it cannot be guessed, what it names goes out over
 * loudspeakers anyway, and poles, mirrors and a villager's player have no session. Never changes, so it may be
 * kept for ever.
 */
@Controller('audio')
export class AudioController {
  constructor(private readonly audio: AudioStore) {}

  // Before @Get: Fastify would else answer HEAD by reading the whole file.
  @Head(':sha256')
  @Open()
  head(
    @Param('sha256') sha256: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.answer(sha256, request, reply, false);
  }

  /** The whole file, or the range asked for. */
  @Get(':sha256')
  @Open()
  @ApiParam({ name: 'sha256', description: '64 lower-case hexadecimal digits' })
  @ApiOkResponse({ description: 'audio/ogg (Opus) or audio/mpeg; 206 for a range' })
  get(
    @Param('sha256') sha256: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.answer(sha256, request, reply, true);
  }

  private async answer(
    sha256: string,
    request: FastifyRequest,
    reply: FastifyReply,
    withBody: boolean,
  ): Promise<void> {
    if (!isSha256(sha256)) {
      throw new Failure(
        'invalid',
        'speech.audio-name',
        'a recording is named by 64 lower-case hexadecimal digits',
        {
          fields: [
            { path: 'sha256', code: 'speech.audio-name', message: '64 lower-case hexadecimal digits' },
          ],
        },
      );
    }
    const found = await this.audio.find(sha256);
    if (found === undefined) throw new Failure('missing', 'speech.audio-missing', `no audio ${sha256}`);

    const tag = `"${sha256}"`;
    void reply.headers({
      etag: tag,
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    });
    const { 'if-none-match': known, 'if-range': onlyIf } = request.headers;
    if (known !== undefined && (known.trim() === '*' || known.includes(tag)))
      return void reply.code(304).send();

    const range =
      onlyIf === undefined || onlyIf === tag ? byteRangeIn(request.headers.range, found.bytes) : 'whole';
    if (range === 'beyond') {
      return void reply.code(416).header('content-range', `bytes */${found.bytes}`).send();
    }
    const { start, end } = range === 'whole' ? { start: 0, end: found.bytes - 1 } : range;
    if (range !== 'whole')
      void reply.code(206).header('content-range', `bytes ${start}-${end}/${found.bytes}`);
    void reply.header('content-type', await mediaTypeOf(found.path));
    void reply.header('content-length', String(end - start + 1));
    void reply.send(withBody ? createReadStream(found.path, { start, end }) : undefined);
  }
}

/** By what the file begins with: its name says nothing. */
async function mediaTypeOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (buffer.toString('latin1') === 'OggS') return 'audio/ogg; codecs=opus';
    const isFrame = buffer[0] === 0xff && ((buffer[1] ?? 0) & 0xe0) === 0xe0;
    if (buffer.toString('latin1', 0, 3) === 'ID3' || isFrame) return 'audio/mpeg';
    return 'application/octet-stream';
  } finally {
    await file.close();
  }
}
