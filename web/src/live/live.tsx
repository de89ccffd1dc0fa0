import type { QueryClient } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { LiveMessage } from '../../../src/live/live.view.ts';
import { tellCache } from './tell-cache.ts';

export type LiveState = 'opening' | 'live' | 'lost';

/** Every one: what is missing here would be heard by nobody. */
const types = Object.keys({
  pole: true,
  airing: true,
  refusal: true,
  emergency: true,
  announcement: true,
  camera: true,
  'camera-event': true,
  broker: true,
  strangers: true,
  alarms: true,
  broadcasts: true,
} satisfies Record<LiveMessage['type'], true>);

const LiveContext = createContext<LiveState>('opening');
export const useLive = (): LiveState => use(LiveContext);

/** Holds the one event stream of a signed-in screen, and carries its news into the query cache. */
export function LiveNews({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('opening');
  useEffect(() => holdStream(client, setState), [client]);
  return <LiveContext value={state}>{children}</LiveContext>;
}

/** @returns a function that lets go of the stream */
function holdStream(client: QueryClient, onState: (state: LiveState) => void): () => void {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let waitMs = 1_000;
  let wasLost = false;

  const open = (): void => {
    source = new EventSource('/api/live');
    source.onopen = () => {
      waitMs = 1_000;
      onState('live');
      // Nothing is replayed: what happened meanwhile is read again.
      if (wasLost) void client.invalidateQueries();
      wasLost = false;
    };
    source.onerror = () => {
      wasLost = true;
      onState('lost');
      // The browser tries again by itself after a broken connection, but gives up after a refusal (503, 401).
      if (source?.readyState !== EventSource.CLOSED) return;
      retry = setTimeout(open, waitMs);
      waitMs = Math.min(waitMs * 2, 15_000);
      void client.invalidateQueries({ queryKey: ['session'] });
    };
    for (const type of types) {
      source.addEventListener(type, (event: MessageEvent<string>) => {
        const told = JSON.parse(event.data) as LiveMessage;
        tellCache(client, { ...told, type } as LiveMessage);
      });
    }
  };
  open();
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}
