import { abortedFailure, refuseIfAborted } from './aborted.ts';

interface Flight<T> {
  readonly result: Promise<T>;
  readonly stop: AbortController;
  passengers: number;
}

/**
 * The same work asked for by several callers at once is done once. It is stopped only when every one of them
 * has given up.
 */
export class Flights<T> {
  private readonly under = new Map<string, Flight<T>>();

  /**
   * @param key what makes two pieces of work the same
   * @param signal gives up this caller's place: `conflict`, `speech.aborted`
   */
  async join(
    key: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    refuseIfAborted(signal);
    const flight = this.under.get(key) ?? this.depart(key, work);
    flight.passengers += 1;
    let onAbort: (() => void) | undefined;
    try {
      if (signal === undefined) return await flight.result;
      const left = new Promise<never>((_, reject) => {
        onAbort = () => reject(abortedFailure());
        signal.addEventListener('abort', onAbort, { once: true });
      });
      return await Promise.race([flight.result, left]);
    } finally {
      if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
      flight.passengers -= 1;
      if (flight.passengers === 0) {
        if (this.under.get(key) === flight) this.under.delete(key);
        flight.stop.abort();
      }
    }
  }

  private depart(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const stop = new AbortController();
    const flight: Flight<T> = { result: work(stop.signal), stop, passengers: 0 };
    this.under.set(key, flight);
    const landed = () => {
      if (this.under.get(key) === flight) this.under.delete(key);
    };
    flight.result.then(landed, landed);
    return flight;
  }
}
