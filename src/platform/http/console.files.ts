import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { codeOf } from '../../base/error.ts';
import { problemContentType, problemOfStatus } from './problem.ts';

const notBuilt =
  'Trang điều khiển chưa được dựng. Hãy chạy: npm run build\n' +
  'The console is not built yet. Run: npm run build\n' +
  'The API is at /api, its description at /api/docs.\n';

/** Addresses that are never a page of the console: an unknown one of these is a 404. */
const machinesPrefixes = ['/api', '/audio', '/assets', '/.well-known'];

/** Serves the built console: its files, and `index.html` for every other address, which the console reads itself. */
export async function serveConsole(fastify: FastifyInstance, directory: string): Promise<void> {
  await fastify.register(fastifyStatic, { root: directory, serve: false });
  fastify.get('/*', async (request: FastifyRequest, reply: FastifyReply) => {
    const path = decodeURI(request.url.split('?')[0] ?? '/');
    const isPage = !/\.\w+$/.test(path);
    if (isPage && machinesPrefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)))
      return await reply
        .status(404)
        .type(problemContentType)
        .send(JSON.stringify(problemOfStatus(404, `Cannot ${request.method} ${path}`)));
    if (!isPage) {
      // Vite names what lies in `assets` by its content.
      const isImmutable = path.startsWith('/assets/');
      return await reply.sendFile(path.slice(1), {
        maxAge: isImmutable ? '365d' : 0,
        immutable: isImmutable,
      });
    }
    const page = await readFile(join(directory, 'index.html'), 'utf8').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (page === undefined) return await reply.status(503).type('text/plain; charset=utf-8').send(notBuilt);
    return await reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page);
  });
}
