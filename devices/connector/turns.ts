import type { CameraTurn, CameraTurned } from '../protocol/turn-messages.ts';
import type { TurnOutcome } from './turning.onvif.ts';

export interface TurnsOptions {
  readonly run: (order: CameraTurn) => Promise<TurnOutcome>;
  readonly tell: (said: Pick<CameraTurned, 'turn' | 'camera'> & TurnOutcome) => void;
  readonly onTrouble: (error: unknown) => void;
}

const remembered = 64;

/** Turns that people ask for: one of a camera at a time, each once however often the broker hands it over. */
export class Turns {
  private readonly underWay = new Set<string>();
  private taken: readonly string[] = [];

  constructor(private readonly options: TurnsOptions) {}

  take(order: CameraTurn): void {
    const { turn, camera } = order;
    if (this.taken.includes(turn)) return;
    this.taken = [...this.taken.slice(1 - remembered), turn];
    if (this.underWay.has(camera)) {
      this.options.tell({ turn, camera, result: 'busy', detail: '', places: [] });
      return;
    }
    this.underWay.add(camera);
    this.options
      .run(order)
      .then((said) => this.options.tell({ turn, camera, ...said }))
      .catch((error: unknown) => this.options.onTrouble(error))
      .finally(() => this.underWay.delete(camera));
  }
}
