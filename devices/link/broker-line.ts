import { connect as connectTcp } from 'node:net';
import type { StreamBuilder } from 'mqtt';
import { writeToStream } from 'mqtt-packet';
import type { EnrolAnswer } from '../protocol/enrolment-messages.ts';
import { connectPinned } from './pinned-tls.ts';
import type { TrustedClock } from './trusted-clock.ts';

// Else a buffer is made for each of 65,536 numbers at the first packet: 12 MB and a quarter of a second, of which a packet
// needs two. Making them as they are needed takes the same time.
writeToStream.cacheNumbers = false;

/**
 * A new line to the broker at each call, proved as pinned. Without Nagle's algorithm: a message that waits for the other
 * side's delayed acknowledgement of the one before is 40 ms late, on each leg of its way.
 *
 * @param failed told why there is none
 */
export function lineTo(
  { mqtt, authority }: EnrolAnswer,
  clock: TrustedClock,
  failed: (message: string) => void,
): StreamBuilder {
  const url = new URL(mqtt);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'mqtt:') return () => connectTcp(Number(url.port || 1883), host).setNoDelay(true);
  const now = (): number | null => clock.now();
  return () => {
    const port = Number(url.port || 8883);
    const line = connectPinned({ host, port, authority: { pem: authority }, now }, (error) => {
      if (error !== null) failed(error.message);
    });
    return line.setNoDelay(true);
  };
}

export function refusePlain(url: URL): void {
  if (url.protocol === 'mqtts:') return;
  const loopback = /^(127(\.\d+){3}|localhost|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'mqtt:' || !loopback) throw new Error(`${url.protocol}//${url.host} is not encrypted`);
}
