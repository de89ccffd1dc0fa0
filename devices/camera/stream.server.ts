import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Camera } from './camera.ts';
import { ReplaySession } from './replay.server.ts';

const LARGEST_REQUEST = 16_384;
const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 0.0.0.0',
  's=simulated',
  't=0 0',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  'a=control:track1',
].join('\r\n');

/** The door of the camera's stream: OPTIONS and DESCRIBE with Digest (RFC 2326). It plays recordings only. */
export class StreamServer {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly camera: Camera,
    private readonly host: string,
  ) {}

  /** Listens on `port` (0: any free one) and gives the port back. */
  async start(port: number): Promise<number> {
    const server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket)).on('error', () => socket.destroy());
      let text = '';
      const replay = new ReplaySession(this.camera, socket);
      socket.on('data', (bytes) => {
        text += bytes.toString('latin1');
        if (text.length > LARGEST_REQUEST) socket.destroy();
        for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
          this.answer(socket, replay, text.slice(0, end));
          text = text.slice(end + 4);
        }
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, this.host, () => resolve());
    });
    this.server = server;
    return (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.server;
    if (server === undefined) return;
    this.server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private answer(socket: Socket, replay: ReplaySession, request: string): void {
    const { camera } = this;
    const [, method = '', uri = ''] = /^([A-Z_]+) (\S+) RTSP\/1\.0/.exec(request) ?? [];
    const header = (name: string): string | undefined =>
      new RegExp(`^${name}:\\s*(.+)$`, 'im').exec(request)?.[1]?.trim();
    camera.count(`RTSP ${method}`);
    if (camera.faults.has('stream-silent')) return;
    const say = (status: string, headers: readonly string[] = [], body = ''): void => {
      const head = [`RTSP/1.0 ${status}`, `CSeq: ${header('CSeq') ?? '0'}`, ...headers];
      const length = body === '' ? [] : [`Content-Length: ${String(body.length)}`];
      socket.write(`${[...head, ...length].join('\r\n')}\r\n\r\n${body}`, 'latin1');
    };
    if (method === 'OPTIONS') {
      say('200 OK', ['Public: OPTIONS, DESCRIBE']);
      return;
    }
    const isReplay = camera.identity.recordedDays > 0 && /\/replay\//.test(uri);
    if (method !== 'DESCRIBE' && !isReplay) {
      say('405 Method Not Allowed');
      return;
    }
    const given = header('Authorization');
    const verdict =
      camera.faults.has('stream-refused') || camera.lock.isShut(Date.now())
        ? given === undefined
          ? 'absent'
          : 'refused'
        : camera.digest.check(given, method, uri);
    if (verdict !== 'accepted') {
      if (verdict === 'refused') camera.noteRefusal('wrong-password');
      say('401 Unauthorized', [`WWW-Authenticate: ${camera.digest.challenge(verdict === 'stale')}`]);
      return;
    }
    if (isReplay) replay.answer({ method, uri, header, say }).catch(() => socket.destroy());
    else say('200 OK', ['Content-Type: application/sdp'], SDP);
  }
}
