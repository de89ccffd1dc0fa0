import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { BoxState } from './box-state.ts';
import { localPage } from './local-page.html.ts';
import type { PageFacts } from './local-page.html.ts';
import type { Spoken } from './self-voice.ts';

export interface LocalPage {
  readonly port: number;
  close(): Promise<void>;
}

export interface LocalPageOptions {
  readonly port: number;
  /** Loopback alone, or an address of the cabinet's own network: whoever is in it may read. */
  readonly host: string;
  readonly facts: () => Record<string, unknown>;
  readonly state: () => BoxState;
  /** Says how the box is on its monitor, which does not reach the horns; null: it has none. */
  readonly speak: (() => Promise<Spoken>) | null;
  readonly soundsDirectory: string | null;
}

/**
 * What stands at the pole, for whoever stands there. It tells what anybody under the horns may know and can do nothing
 * but speak on the monitor. `GET /` a page for a phone, `POST /speak`, `GET /status` (JSON), `GET /sounds` (notes of the
 * last soundings, newest first), `GET /sounds/NAME.wav`, `GET /listen` (the last whole one). Any page may read it: it
 * tells what the horns have said aloud.
 */
export async function openLocalPage(options: LocalPageOptions): Promise<LocalPage> {
  const { facts, soundsDirectory, speak } = options;
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
    if (asked.method === 'POST' && path === '/speak' && speak !== null) {
      // Another page's form may not press the button.
      const { origin, host } = asked.headers;
      if (origin !== undefined && origin !== `http://${host ?? ''}`)
        json(answer, 403, { error: 'not from here' });
      else {
        void speak().catch(() => undefined);
        answer.writeHead(303, { location: '/' }).end();
      }
    } else if (asked.method !== 'GET') json(answer, 405, { error: 'only GET' });
    else if (path === '/') {
      answer.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
      });
      answer.end(localPage(pageFacts(options)));
    } else if (path === '/status') json(answer, 200, facts());
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

  server.listen(options.port, options.host);
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

function pageFacts({ facts, state, speak }: LocalPageOptions): PageFacts {
  const all = facts();
  const programme = all['programme'] as { untilAt: number } | null;
  const next = all['next'] as { startAt: number }[] | undefined;
  return {
    ...{ pole: String(all['pole']), commune: String(all['commune']), whyNot: String(all['whyNot']) },
    ...{ state: state(), clock: all['clock'] as PageFacts['clock'], now: all['now'] as number | null },
    ...{ programmeUntilAt: programme?.untilAt ?? null, nextAt: next?.[0]?.startAt ?? null },
    ...{ itemsLeft: Number(all['itemsLeft']), outbox: Number(all['outbox']), canSpeak: speak !== null },
    last: all['last'] as PageFacts['last'],
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
