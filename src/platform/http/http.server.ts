import type { RequestListener } from 'node:http';
import type { Server } from 'node:https';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { DynamicModule, LoggerService } from '@nestjs/common';
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Failure } from '../../base/failure.ts';
import type { Config } from '../config/config.ts';
import { productRoot } from '../config/config.file.ts';
import type { ServerIdentity } from '../tls/authority.ts';
import { problemContentType, problemOfStatus } from './problem.ts';
import { serveConsole } from './console.files.ts';
import { requestFailure } from './request-faults.ts';
import { refuseOtherSites } from './same-origin.ts';

/** JSON bodies; a route that takes files sets its own limit. */
const bodyMaximumBytes = 1_048_576;
/** Longer than a slow 3G link needs for a body of the size above. */
const bodyTimeoutMs = 60_000;
/** A file of the largest size over a village's 4G. */
const fileTimeoutMs = 900_000;

export interface HttpServer {
  readonly app: NestFastifyApplication;
  /** Port in use, without TLS. */
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * The door for boxes. It listens before there is anything behind it, for the rooms want to know its port when they
 * start; until then it answers 503.
 */
export class DeviceDoor {
  private answer: RequestListener = (_request, response) => {
    response.writeHead(503, { 'retry-after': '1' }).end();
  };

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => this.answer(request, response));
    // A box that does not trust us yet, a scanner: nothing that the log needs.
    server.on('tlsClientError', () => undefined);
  }

  static async open({ values }: Config, identity: ServerIdentity): Promise<DeviceDoor> {
    const server = createServer({ ...identity, minVersion: 'TLSv1.2', requestTimeout: fileTimeoutMs });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(values.deviceHttp.port, values.deviceHttp.host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return new DeviceDoor(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** For connections from now on. */
  renew({ cert, key }: ServerIdentity): void {
    this.server.setSecureContext({ cert, key });
  }

  lead(answer: RequestListener): void {
    this.answer = answer;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

/** Starts the application behind both its doors: plain on loopback for people, TLS for boxes, with the same routes. */
export async function startHttp(
  module: DynamicModule,
  { values }: Config,
  deviceDoor: DeviceDoor,
  logger: LoggerService,
): Promise<HttpServer> {
  const adapter = new FastifyAdapter({
    bodyLimit: bodyMaximumBytes,
    trustProxy: values.http.trustProxy,
    requestTimeout: fileTimeoutMs,
    // An open event stream would hold up the shutdown for seconds.
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
    // An address that cannot be decoded never reaches a route, nor the filter.
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      const problem = problemOfStatus(error.statusCode ?? 400, error.message);
      void reply.status(problem.status).type(problemContentType).send(JSON.stringify(problem));
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    module,
    adapter,

    // What a detector sends is kept to the byte; the bytes are there in any case before they are read as JSON.
    { logger, abortOnError: false, rawBody: true },
  );
  const fastify = adapter.getInstance();
  await app.register(helmet, helmetOptions);
  await app.register(cookie);
  await app.register(rateLimit, {
    max: values.http.requestsPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, { ttl }) =>
      new Failure('too-many', 'request.too-many', 'Too many requests; wait a little', {
        details: { retryAfterSeconds: Math.ceil(ttl / 1000) },
      }),
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    refuseOtherSites(request);
    done();
  });
  takeFiles(fastify);
  app.useGlobalPipes(new StandardSchemaValidationPipe({ exceptionFactory: requestFailure }));
  describe(app);
  await serveConsole(fastify, join(productRoot(), 'dist', 'web'));
  await app.init();
  // JSON only: a form of another site's page must not become a request.
  fastify.removeContentTypeParser(['application/x-www-form-urlencoded', 'text/plain']);
  await fastify.ready();

  try {
    await app.listen(values.http.port, values.http.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  deviceDoor.lead((request, response) => fastify.routing(request, response));
  return {
    app,
    port: (fastify.server.address() as AddressInfo).port,
    stop: () => app.close(),
  };
}

/** Only a route that takes files may be sent to for long; it reads the body itself, as it comes. */
function takeFiles(fastify: FastifyInstance): void {
  const takesFiles = ({ routeOptions }: FastifyRequest): boolean =>
    (routeOptions.config as { takesFiles?: boolean }).takesFiles === true;
  fastify.addHook('onRequest', (request, reply, done) => {
    const { raw } = request;
    const { 'content-length': length = '0', 'transfer-encoding': chunked } = raw.headers;
    if (!takesFiles(request) && (chunked !== undefined || length !== '0')) {
      const timer = setTimeout(() => {
        // What was answered without the whole body (a refusal) is over.
        if (raw.complete || reply.raw.headersSent) return;
        const problem = problemOfStatus(408, 'The body came too slowly');
        reply.hijack();
        reply.raw.writeHead(408, { 'content-type': problemContentType, connection: 'close' });
        reply.raw.end(JSON.stringify(problem), () => raw.destroy());
      }, bodyTimeoutMs).unref();
      const settled = () => clearTimeout(timer);
      raw.once('end', settled).once('close', settled);
      reply.raw.once('close', settled);
    }
    done();
  });
  fastify.addContentTypeParser(/^audio\//, (request, payload, done) => {
    if (takesFiles(request)) done(null, payload);
    else done(Object.assign(new Error('No sound is taken here'), { statusCode: 415 }));
  });
  fastify.addContentTypeParser(['image/jpeg', 'image/png'], (request, payload, done) => {
    if ((request.routeOptions.config as { takesPictures?: boolean }).takesPictures === true)
      done(null, payload);
    else done(Object.assign(new Error('No picture is taken here'), { statusCode: 415 }));
  });
}

/** The document is made when it is first asked for: a start need not wait for it. */
function describe(app: NestFastifyApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Loa Làng')
    .setDescription('Problems are RFC 9457 with a stable `code`.')
    .addCookieAuth('loa_session')
    .build();
  SwaggerModule.setup('api/docs', app, () => SwaggerModule.createDocument(app, description), {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
  });
}

const helmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      // Mantine and Swagger UI set styles on elements.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      mediaSrc: ["'self'", 'blob:'],
      fontSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      // No upgrade-insecure-requests: it breaks plain http in a local network.
    },
  },
  // Both are the reverse proxy's to say: our own TLS has a private authority, and one port of two.
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  referrerPolicy: { policy: 'same-origin' as const },
};
