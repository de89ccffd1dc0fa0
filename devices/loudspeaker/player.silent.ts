import { Player } from './player.ts';

/** A pole without a card: everything happens but the sound. */
export class SilentPlayer extends Player {
  readonly latencyMs = 60;
  readonly continuous = false;
  readonly fault = null;

  write(): void {
    // Nothing to do: the mixer keeps the time.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
