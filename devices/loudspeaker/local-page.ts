import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface LocalPage {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * What stands at the pole, for whoever stands there: on loopback alone, read only.
 * `GET /status` (JSON), `GET /sounds` (notes of the last soundings, newest first), `GET /sounds/NAME.wav`,
 * `GET /listen` (the last whole one). Any page may read it: it tells what the horns have said aloud.
 */
export async function openLocalPage(
  port: number,
  facts: () => Record<string, unknown>,
  soundsDirectory: string | null,
): Promise<LocalPage> {
  const server: Server = createServer((asked, answer) => {
    answer.setHeader('access-control-allow-origin', '*');
    answer.setHeader('cache-control', 'no-store');
    respond(asked, answer).catch((error: unknown) => {
      if (answer.headersSent) answer.destroy();
      else json(answer, 500, { error: (error as Error).message });
    });
  });

  async function respond(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = new URL(asked.url ?? '/', 'http://pole').pathname;
    if (asked.method !== 'GET') json(answer, 405, { error: 'only GET' });
    else if (path === '/' || path === '/status') json(answer, 200, facts());
    else if (soundsDirectory === null) json(answer, 404, { error: 'this box keeps no sounds' });
    else if (path === '/sounds') json(answer, 200, await notes(soundsDirectory));
    else if (path === '/listen') {
      const last = (await notes(soundsDirectory)).find((note) => note['complete'] === true);
      if (typeof last?.['file'] === 'string') await wav(answer, join(soundsDirectory, last['file']));
      else json(answer, 404, { error: 'nothing has sounded yet' });
    } else {
      const name = /^\/sounds\/(sound-\d+\.wav)$/.exec(path)?.[1];
      if (name === undefined) json(answer, 404, { error: 'nothing here' });
      else await wav(answer, join(soundsDirectory, name));
    }
  }

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function notes(directory: string): Promise<Record<string, unknown>[]> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.json'));
  const newest = names.sort((a, b) => b.localeCompare(a)).slice(0, 50);
  return Promise.all(
    newest.map(
      async (name) => JSON.parse(await readFile(join(directory, name), 'utf8')) as Record<string, unknown>,
    ),
  );
}

async function wav(answer: ServerResponse, path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => null,
  );
  if (size === null) {
    json(answer, 404, { error: 'no such sound' });
    return;
  }
  answer.writeHead(200, { 'content-type': 'audio/wav', 'content-length': size });
  createReadStream(path, { end: Math.max(0, size - 1) }).pipe(answer);
}

function json(answer: ServerResponse, code: number, body: unknown): void {
  answer.writeHead(code, { 'content-type': 'application/json; charset=utf-8' });
  answer.end(JSON.stringify(body));
}
