import { Player } from './player.ts';

/** Aloud beside the one that counts: the first keeps the time and answers for faults. */
export class BothPlayers extends Player {
  readonly latencyMs: number;
  readonly continuous: boolean;

  constructor(
    private readonly first: Player,
    private readonly aloud: Player,
  ) {
    super();
    this.latencyMs = first.latencyMs;
    this.continuous = first.continuous;
  }

  get fault(): string | null {
    return this.first.fault;
  }

  write(frame: Int16Array): void {
    this.first.write(frame);
    this.aloud.write(frame);
  }

  async close(): Promise<void> {
    await Promise.all([this.first.close(), this.aloud.close()]);
  }
}
