import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiFailure } from '../../api/door.ts';
import { glimpse } from '../../api/viewings.ts';

/** What is known of one channel's picture; `code`: why there is none. */
export type Glimpsed =
  | { readonly is: 'waiting' }
  | { readonly is: 'taken'; readonly url: string }
  | { readonly is: 'none'; readonly code: string };

/** As many as the service asks a recorder for at once. */
const atOnce = 2;

/** Pictures of a recorder's channels, one after the other, once somebody asks for them; gone with the page. */
export function useGlimpses(recorderId: string) {
  const [glimpses, setGlimpses] = useState<ReadonlyMap<string, Glimpsed>>(new Map());
  const asking = useRef<AbortController | null>(null);
  const urls = useRef<string[]>([]);

  const forget = useCallback(() => {
    asking.current?.abort();
    for (const url of urls.current.splice(0)) URL.revokeObjectURL(url);
  }, []);
  useEffect(() => forget, [forget, recorderId]);

  const take = useCallback(
    (channels: readonly string[]) => {
      forget();
      const { signal } = (asking.current = new AbortController());
      setGlimpses(new Map(channels.map((channel) => [channel, { is: 'waiting' }])));
      const queue = [...channels];
      const know = (channel: string, glimpsed: Glimpsed): void =>
        setGlimpses((before) => new Map(before).set(channel, glimpsed));
      const work = async (): Promise<void> => {
        for (let channel = queue.shift(); channel !== undefined; channel = queue.shift()) {
          try {
            const jpeg = await glimpse(recorderId, channel, signal);
            if (signal.aborted) return;
            const url = URL.createObjectURL(jpeg);
            urls.current.push(url);
            know(channel, { is: 'taken', url });
          } catch (error) {
            if (signal.aborted) return;
            know(channel, {
              is: 'none',
              code: error instanceof ApiFailure ? error.code : 'console.not-understood',
            });
          }
        }
      };
      for (let worker = 0; worker < atOnce; worker += 1) void work();
    },
    [forget, recorderId],
  );
  const isTaking = [...glimpses.values()].some(({ is }) => is === 'waiting');
  return { glimpses, take, isTaking };
}
