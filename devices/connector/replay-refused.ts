import type { ReplayFault } from '../protocol/replay-messages.ts';

/** Why nothing came of a recording. */
export class ReplayRefused extends Error {
  constructor(
    readonly fault: ReplayFault,
    message: string,
  ) {
    super(message);
    this.name = 'ReplayRefused';
  }
}
