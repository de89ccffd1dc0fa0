/**
 * Watches the MQTT frames in a stream of bytes, without keeping any: an oversize packet is known from its first five
 * bytes, before a parser would gather it in memory.
 */
export class PacketLimit {
  /** Bytes of the present packet that are still to come; 0 between packets. */
  private remaining = 0;
  private inLength = false;
  private length = 0;
  private lengthShift = 0;

  constructor(private maximumBytes: number) {}

  /** A stranger may say little; who has shown credentials, more. */
  allow(maximumBytes: number): void {
    this.maximumBytes = maximumBytes;
  }

  /** @returns false as soon as a packet announces more than is allowed, or its length is malformed */
  accept(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.remaining > 0) {
        const taken = Math.min(this.remaining, chunk.length - at);
        this.remaining -= taken;
        at += taken;
      } else if (!this.inLength) {
        this.inLength = true;
        this.length = 0;
        this.lengthShift = 0;
        at += 1;
      } else {
        const byte = chunk[at] ?? 0;
        at += 1;
        this.length += (byte & 0x7f) * 2 ** this.lengthShift;
        this.lengthShift += 7;
        if ((byte & 0x80) !== 0) {
          if (this.lengthShift > 21) return false;
        } else {
          if (this.length > this.maximumBytes) return false;
          this.inLength = false;
          this.remaining = this.length;
        }
      }
    }
    return true;
  }
}
