import { EventEmitter } from 'node:events';

/**
 * News that rooms tell upwards, by name: each room adds its own line by declaration merging, beside the service that
 * tells it:
 *
 *     declare module '../base/events.ts' { interface News { 'announcement.changed': { communeId: string; id: string } } }
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by the rooms
export interface News {}

type Listener<T> = (payload: T) => void | Promise<void>;

/** Tells news within this process. A listener's fault is the listener's: it never reaches the teller. */
export class Events {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  constructor(private readonly onFault: (name: string, error: unknown) => void = () => undefined) {}

  tell<K extends keyof News>(name: K, payload: News[K]): void {
    this.emitter.emit(name, payload);
  }

  /** Somebody listens now: what nobody hears need not be made ready to be told. */
  isHeard(name: keyof News): boolean {
    return this.emitter.listenerCount(name) > 0;
  }

  /** @returns a function that stops listening */
  on<K extends keyof News>(name: K, listener: Listener<News[K]>): () => void {
    const guarded = (payload: News[K]): void => {
      try {
        void Promise.resolve(listener(payload)).catch((error: unknown) => this.onFault(name, error));
      } catch (error) {
        this.onFault(name, error);
      }
    };
    this.emitter.on(name, guarded);
    return () => this.emitter.off(name, guarded);
  }
}
