import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ForgeryView, PlugView } from '../../src/demonstration/demonstration.view.ts';
import type { LoudspeakerDetailView } from '../../src/loudspeakers/loudspeaker.view.ts';
import type { Burglar } from '../stage/burglar.ts';
import type { Caller } from '../stage/caller.ts';
import type { Pole } from '../stage/pole.ts';
import { until } from '../stage/program.ts';
import type { Service } from '../stage/service.ts';
import { brokerPidOf } from './broker-pid.ts';

interface Cast {
  readonly service: Service;
  readonly poles: readonly Pole[];
  readonly burglar: Burglar;
  /** Reads what the poles refused. */
  readonly watcher: Caller;
}

/** How long the broker stays away when the plug is pulled (s). */
const downSeconds = 20;

/** The two buttons of the demonstration, behind a port on loopback that only the service asks. */
export class Controls {
  private cast: Cast | null = null;

  private constructor(readonly url: string) {}

  static async open(): Promise<Controls> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const controls = new Controls(`http://127.0.0.1:${port}`);
    server.on('request', (request, response) => void controls.answer(request, response));
    server.unref();
    return controls;
  }

  use(cast: Cast): void {
    this.cast = cast;
  }

  /** A forged and a replayed order to every pole; waits for each pole's own refusals. */
  async forge(): Promise<ForgeryView> {
    const { poles, burglar, watcher } = this.playing();
    const since = Date.now() - 1_000;
    await burglar.forge();
    await burglar.replay();
    const results = await Promise.all(
      poles.map(async ({ id, name }) => {
        const reasons = await until(
          `the refusals of ${name}`,
          async () => {
            const { refusals } = await watcher.get<LoudspeakerDetailView>(`/api/loudspeakers/${id}`);
            const fresh = refusals.filter(({ at, what }) => what === 'order' && Date.parse(at) >= since);
            const replayed = fresh.find(({ reason }) => reason === 'replayed');
            const forged = fresh.find(({ reason }) => reason !== 'replayed');
            return replayed === undefined || forged === undefined ? undefined : { forged, replayed };
          },
          { timeoutMs: 30_000, everyMs: 250 },
        );
        return { loudspeakerId: id, name, forged: reasons.forged.reason, replayed: reasons.replayed.reason };
      }),
    );
    return { results };
  }

  /** Kills the broker, and again each time it comes back, for a while. Resolves at once. */
  async pullThePlug(): Promise<PlugView> {
    const { service } = this.playing();
    const until = Date.now() + downSeconds * 1_000;
    const kill = async (): Promise<void> => {
      const pid = await brokerPidOf(service.ports.pid);
      if (pid !== null) process.kill(pid, 'SIGKILL');
      if (Date.now() < until) setTimeout(() => void kill().catch(() => undefined), 100);
    };
    await kill();
    return { downSeconds };
  }

  private playing(): Cast {
    if (this.cast === null) throw new Error('The demonstration is still being set up');
    return this.cast;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const latest = /^\/poles\/([0-9a-f-]{36})\/latest\.wav$/.exec(request.url ?? '');
      if (latest !== null) {
        const soundings = await this.playing()
          .poles.find(({ id }) => id === latest[1])
          ?.soundings();
        const last = soundings?.filter(({ complete }) => complete).at(-1);
        response
          .writeHead(last === undefined ? 404 : 200)
          .end(last === undefined ? '' : await readFile(last.path));
      } else if (request.method === 'POST' && request.url === '/forge') {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify(await this.forge()));
      } else if (request.method === 'POST' && request.url === '/pull-the-plug') {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify(await this.pullThePlug()));
      } else {
        response.writeHead(404).end();
      }
    } catch (error) {
      response.writeHead(503).end(error instanceof Error ? error.message : String(error));
    }
  }
}
