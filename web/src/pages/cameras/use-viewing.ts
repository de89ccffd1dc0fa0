import { useCallback, useEffect, useState } from 'react';
import { ApiFailure } from '../../api/door.ts';
import { continueViewing, lookAt, startViewing, stopViewing } from '../../api/viewings.ts';
import type { ViewingStateView } from '../../api/viewings.ts';
import { moment } from './liveness.ts';
import type { Moment } from './liveness.ts';

export interface ShownPicture {
  /** Of the browser's own copy. */
  readonly url: string;
  /** At most, when it arrived. */
  readonly ageMs: number;
  readonly arrived: Moment;
}

export interface Watching {
  readonly id: string;
  readonly picture: ShownPicture | null;
  readonly state: ViewingStateView | null;
  /** When `state` arrived. */
  readonly told: Moment;
  /** The service does not answer this screen. */
  readonly isCutOff: boolean;
}

const againMs = 1_000;

/** One viewing of one camera: begun and ended by a person, ended with the page. `over` is the code of its end. */
export function useViewing(cameraId: string) {
  const [watching, setWatching] = useState<Watching | null>(null);
  const [isStarting, setStarting] = useState(false);
  const [over, setOver] = useState<string | null>(null);
  const id = watching?.id ?? null;

  const start = useCallback(async () => {
    setStarting(true);
    setOver(null);
    try {
      const viewing = await startViewing(cameraId);
      setWatching({ id: viewing.id, picture: null, state: null, told: moment(), isCutOff: false });
    } catch (error) {
      setOver(error instanceof ApiFailure ? error.code : 'console.not-understood');
    } finally {
      setStarting(false);
    }
  }, [cameraId]);

  const end = useCallback((code: string | null) => {
    setWatching(null);
    setOver(code);
  }, []);

  useEffect(() => {
    if (id === null) return;
    const stopping = new AbortController();
    const urls: string[] = [];
    const change = (what: Partial<Watching>): void => {
      if (!stopping.signal.aborted)
        setWatching((before) => (before?.id === id ? { ...before, ...what } : before));
    };
    const leave = (): void => void stopViewing(id).catch(() => undefined);
    void watch(id, stopping.signal, {
      saw: (jpeg, state, tookMs) => {
        const told = moment();
        if (jpeg === null) {
          change({ state, told, isCutOff: false });
          return;
        }
        const url = URL.createObjectURL(jpeg);
        urls.push(url);
        // The last but one may still be on its way to the screen.
        while (urls.length > 2) URL.revokeObjectURL(urls.shift() ?? '');
        // The way took at most what the service did not wait; nobody needs to know the other's clock.
        const ageMs = (state.ageMs ?? 0) + Math.max(0, tookMs - state.waitedMs);
        change({ picture: { url, ageMs, arrived: told }, state, told, isCutOff: false });
      },
      cutOff: () => change({ isCutOff: true }),
      over: (code) => {
        if (!stopping.signal.aborted) end(code);
      },
    });
    window.addEventListener('pagehide', leave);
    return () => {
      stopping.abort();
      window.removeEventListener('pagehide', leave);
      leave();
      for (const url of urls) URL.revokeObjectURL(url);
    };
  }, [id, end]);

  const stop = useCallback(() => end(null), [end]);
  const goOn = useCallback(async () => {
    if (id === null) return;
    try {
      await continueViewing(id);
    } catch (error) {
      if (error instanceof ApiFailure && error.status !== 0) end(error.code);
    }
  }, [id, end]);
  return { watching, isStarting, over, start, stop, goOn };
}

interface Witness {
  readonly saw: (jpeg: Blob | null, state: ViewingStateView, tookMs: number) => void;
  readonly cutOff: () => void;
  readonly over: (code: string) => void;
}

/** Asks for one picture after the other. A tab that nobody looks at asks for none, and so its viewing ends. */
async function watch(id: string, signal: AbortSignal, witness: Witness): Promise<void> {
  let after = 0;
  const isLeft = (): boolean => signal.aborted;
  while (!isLeft()) {
    if (document.hidden) {
      await rest(againMs);
      continue;
    }
    try {
      const { jpeg, state, tookMs } = await lookAt(id, after, signal);
      if (isLeft()) return;
      after = state.number;
      witness.saw(jpeg, state, tookMs);
    } catch (error) {
      if (isLeft()) return;
      const isAway = !(error instanceof ApiFailure) || error.status === 0 || error.status >= 500;
      if (!isAway) {
        witness.over(error.code);
        return;
      }
      witness.cutOff();
      await rest(againMs);
    }
  }
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
