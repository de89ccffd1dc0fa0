import { randomUUID } from 'node:crypto';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { codeOf, messageOf } from '../../base/error.ts';
import { Failure } from '../../base/failure.ts';
import type { Problem } from './problem.ts';
import { problemContentType, problemOf, problemOfStatus, unexpectedProblem } from './problem.ts';

/** Every error that leaves a route, a guard, a pipe or Fastify itself becomes a problem here. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const { method, url } = http.getRequest<FastifyRequest>();
    const problem = this.toProblem(error, `${method} ${url.split('?')[0] ?? ''}`);
    // Half an answer is on its way already (a stream): the connection's end must say that it broke.
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const retryAfterSeconds = problem.details?.retryAfterSeconds;
    if (typeof retryAfterSeconds === 'number') void reply.header('retry-after', Math.ceil(retryAfterSeconds));
    void reply
      .status(problem.status)
      .header('content-type', problemContentType)
      .header('cache-control', 'no-store')
      .send(JSON.stringify(problem));
  }

  /** @param request the method and path, for the log */
  toProblem(error: unknown, request: string): Problem {
    if (error instanceof Failure) {
      if (error.kind === 'unavailable') this.log.warn(`${request}: ${error.code}: ${error.message}`);
      return problemOf(error);
    }
    if (codeOf(error) === 'ENOSPC') {
      this.log.error(`${request}: the disk is full`);
      return problemOf(new Failure('unavailable', 'platform.disk-full', 'The disk is full'));
    }
    const status = statusOfFramework(error);
    if (status !== undefined && status < 500) return problemOfStatus(status, messageOf(error));
    const correlationId = randomUUID();
    const stack =
      typeof error === 'object' && error !== null && 'stack' in error ? String(error.stack) : undefined;
    this.log.error(`${request}: unexpected (${correlationId}): ${messageOf(error)}`, stack);
    return unexpectedProblem(correlationId);
  }
}

/** Nest's exceptions and Fastify's errors carry their status, each in its way; an error that has none is a bug. */
function statusOfFramework(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (!(typeof error === 'object' && error !== null && 'statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' && error.statusCode >= 400 ? error.statusCode : undefined;
}
