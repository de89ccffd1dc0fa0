/** A whole answer to a request. */
export interface RtspAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** By lower-case name; of several with one name, all. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

/** One packet between the answers (RFC 2326, 10.12). */
export interface Interleaved {
  readonly kind: 'packet';
  readonly channel: number;
  readonly bytes: Buffer;
}

export class RtspFault extends Error {}

const largestHead = 16_384;
const largestBody = 65_536;
const dollar = 0x24;

/**
 * Takes an RTSP connection's bytes apart, as they come and in whatever pieces. What it holds is bounded by the largest
 * packet or answer; what is neither is a fault, as nobody can tell where the next one would begin.
 */
export class RtspReader {
  private held: Buffer = Buffer.alloc(0);

  /** @throws RtspFault */
  *read(bytes: Buffer): Generator<RtspAnswer | Interleaved> {
    this.held = this.held.length === 0 ? bytes : Buffer.concat([this.held, bytes]);
    for (;;) {
      const next = this.held[0] === dollar ? this.packet() : this.answer();
      if (next === undefined) return;
      yield next;
    }
  }

  private packet(): Interleaved | undefined {
    const { held } = this;
    if (held.length < 4) return undefined;
    const end = 4 + held.readUInt16BE(2);
    if (held.length < end) return undefined;
    this.held = held.subarray(end);
    return { kind: 'packet', channel: held[1] ?? 0, bytes: held.subarray(4, end) };
  }

  private answer(): RtspAnswer | undefined {
    const { held } = this;
    if (held.length === 0) return undefined;
    const at = held.subarray(0, largestHead).indexOf('\r\n\r\n');
    if (at < 0) {
      if (held.length >= largestHead) throw new RtspFault('neither an answer nor a packet');
      return undefined;
    }
    const [first = '', ...lines] = held.toString('latin1', 0, at).split('\r\n');
    // A server may ask, too (ANNOUNCE at the end, GET_PARAMETER); nothing that it could ask is answered.
    const status = Number(/^RTSP\/1\.\d (\d{3})/.exec(first)?.[1] ?? 0);
    if (status === 0 && !/^[A-Z_]+ \S+ RTSP\/1\.\d$/.test(first)) throw new RtspFault('not RTSP');
    const headers = new Map<string, string[]>();
    for (const line of lines) {
      const colon = line.indexOf(':');
      if (colon < 1) continue;
      const name = line.slice(0, colon).trim().toLowerCase();
      headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
    }
    const length = Number(/^\d{1,6}$/.exec(headers.get('content-length')?.[0] ?? '0')?.[0] ?? Infinity);
    if (length > largestBody) throw new RtspFault('an answer that is too large');
    const end = at + 4 + length;
    if (held.length < end) return undefined;
    this.held = held.subarray(end);
    return { kind: 'answer', status, headers, body: held.toString('utf8', at + 4, end) };
  }
}
