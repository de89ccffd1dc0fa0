import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Pole } from './pole.ts';

/** One MQTT 3.1.1 packet, as it is on the wire. */
export interface Packet {
  readonly bytes: Buffer;
  /** Of a PUBLISH; null for every other packet. */
  readonly topic: string | null;
}

export type Judge = (packet: Packet, line: { send: (bytes: Buffer) => void }) => Buffer[];

/** As it came, once. */
export const pass: Judge = ({ bytes }) => [bytes];

const publish = 3;
const dupBit = 0x08;

/** The same PUBLISH, as the broker would hand it over a second time. */
export function asDuplicate(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[0] = (copy[0] ?? 0) | dupBit;
  return copy;
}

/**
 * A line between a box and the broker that does what it wants: loses, repeats and holds back what goes down to the box,
 * or swallows everything both ways and says nothing (half open).
 */
export class BadLine {
  judgeDown: Judge = pass;
  swallows = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly toPort: number,
  ) {}

  /** @param toPort the broker's plain port on this machine @param at 0 for any: where a line was that was closed */
  static async open(toPort: number, at = 0): Promise<BadLine> {
    const server = createServer();
    const line = new BadLine(server, toPort);
    server.on('connection', (box) => line.carry(box));
    await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
    return line;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** From its next start on this box speaks through this line. */
  async leadTo(pole: Pole): Promise<void> {
    const path = join(pole.box, 'enrolment.json');
    const enrolment = JSON.parse(await readFile(path, 'utf8')) as { mqtt: string };
    enrolment.mqtt = `mqtt://127.0.0.1:${this.port}`;
    await writeFile(path, JSON.stringify(enrolment));
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private carry(box: Socket): void {
    const broker = connect(this.toPort, '127.0.0.1');
    for (const [socket, other] of [
      [box, broker],
      [broker, box],
    ] as const) {
      this.sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        // A line that swallows everything swallows the end of it too.
        if (!this.swallows) other.destroy();
      });
    }
    box.on('data', (bytes) => {
      if (!this.swallows) broker.write(bytes);
    });
    const framer = new Framer();
    const send = (bytes: Buffer): void => {
      if (!this.swallows && !box.destroyed) box.write(bytes);
    };
    broker.on('data', (bytes) => {
      for (const packet of framer.add(bytes)) for (const each of this.judgeDown(packet, { send })) send(each);
    });
  }
}

/** Cuts a stream of bytes into packets (MQTT 3.1.1, 2.2). */
class Framer {
  private rest = Buffer.alloc(0);

  add(bytes: Buffer): Packet[] {
    this.rest = Buffer.concat([this.rest, bytes]);
    const packets: Packet[] = [];
    for (let length = wholeLength(this.rest); length !== null; length = wholeLength(this.rest)) {
      const packet = this.rest.subarray(0, length);
      packets.push({ bytes: Buffer.from(packet), topic: topicOf(packet) });
      this.rest = this.rest.subarray(length);
    }
    return packets;
  }
}

/** Of the first packet, header included; null while it is not whole. */
function wholeLength(bytes: Buffer): number | null {
  let length = 0;
  for (let digit = 0; digit < 4; digit += 1) {
    const byte = bytes[1 + digit];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** digit;
    if (byte < 0x80) {
      const whole = 2 + digit + length;
      return bytes.length >= whole ? whole : null;
    }
  }
  throw new Error('Not MQTT');
}

function topicOf(packet: Buffer): string | null {
  if ((packet[0] ?? 0) >> 4 !== publish) return null;
  let at = 1;
  while ((packet[at] ?? 0) >= 0x80) at += 1;
  at += 1;
  return packet.toString('utf8', at + 2, at + 2 + packet.readUInt16BE(at));
}
