import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { By, Needs, Unattended } from '../access/right.decorator.ts';
import type { RequestOfPerson } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { sessionCookie } from '../access/session-reader.ts';
import { LiveService } from './live.service.ts';
import { Screen } from './screen.ts';

@ApiTags('live')
@Controller('api/live')
export class LiveController {
  constructor(private readonly live: LiveService) {}

  /**
   * The stream itself, written by hand: Nest's `@Sse` queues without a bound for a reader that stopped reading, and
   * does not say how much.
   */
  @Get()
  @Needs('session')
  @Unattended()
  @ApiProduces('text/event-stream')
  open(@By() by: Person, @Req() request: RequestOfPerson, @Res() reply: FastifyReply): void {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'keep-alive',
      // nginx would collect messages until a buffer is full.
      'x-accel-buffering': 'no',
    });
    const screen = new Screen(by, request.cookies[sessionCookie] ?? '', {
      waiting: () => raw.writableLength,
      write: (text) => raw.write(text),
      // A stream that is torn off is an error on a browser's console. Yet a frozen reader would never take its end.
      end: () => (raw.writableLength === 0 ? raw.end() : raw.destroy()),
    });
    raw.on('close', () => this.live.remove(screen));
    raw.on('error', () => this.live.remove(screen));
    this.live.add(screen);
  }
}
