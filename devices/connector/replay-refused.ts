import type { ReplayFault } from '../protocol/camera-messages.ts';

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
