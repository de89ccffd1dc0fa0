import { createRequire } from 'node:module';
import { Readable } from 'node:stream';

interface Kept {
  readonly topic: string;
  readonly payload: string | Uint8Array;
}

/** What of aedes' memory is replaced here. Its own types are those of an ES module, which it is not. */
interface Memory {
  storeRetained: (packet: Kept, done?: unknown) => unknown;
  createRetainedStreamCombi: (filters: string[]) => Readable;
}

const memory = createRequire(import.meta.url)('aedes-persistence') as () => Memory;

/**
 * aedes' own memory, but that what is kept for a topic is looked up by the topic. Its own tries every kept message
 * against every filter of a subscription, about 0.7 µs each: ten thousand poles that come back at once kept the broker
 * busy for minutes. With a wildcard it still does.
 */
export function keptMessages(): Memory {
  const persistence = memory();
  const byTopic = new Map<string, Kept>();
  const store = persistence.storeRetained.bind(persistence);
  const findAll = persistence.createRetainedStreamCombi.bind(persistence);
  persistence.storeRetained = (packet, done) => {
    if (packet.payload.length === 0) byTopic.delete(packet.topic);
    else byTopic.set(packet.topic, { ...packet });
    return store(packet, done);
  };
  persistence.createRetainedStreamCombi = (filters) =>
    filters.some((filter) => /[+#]/.test(filter))
      ? findAll(filters)
      : Readable.from(filters.flatMap((topic) => byTopic.get(topic) ?? []));
  return persistence;
}
