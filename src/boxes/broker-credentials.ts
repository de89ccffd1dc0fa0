import { createHash } from 'node:crypto';
import { boxRights } from '../../devices/protocol/topics.ts';
import type { BrokerClient } from '../platform/broker/rights.ts';
import type { Box } from './box.ts';

/** Whom the broker lets in, by client identifier (the box's id): each box speaks for its own place alone. */
export function brokerClients(boxes: readonly Box[]): Record<string, BrokerClient> {
  return Object.fromEntries(
    boxes
      .filter((box) => box.replacedAt === null)
      .map((box) => [
        box.id,
        { secretHash: box.mqttSecretHash, ...boxRights(box.kind, box.communeId, box.assetId) },
      ]),
  );
}

/** The demonstration's burglar, who has taken over the broker: every right there, and none of the commune's keys. */
export function burglar(secret: string): Record<string, BrokerClient> {
  const secretHash = createHash('sha256').update(secret).digest('hex');
  return { demonstration: { secretHash, publish: ['#'], subscribe: ['#'] } };
}
