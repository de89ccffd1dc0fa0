import { Failure } from '../base/failure.ts';

/** What a caller gets that gave up, wherever its work stood. */
export function abortedFailure(): Failure {
  return new Failure('conflict', 'speech.aborted', 'the caller gave up');
}

export function refuseIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedFailure();
}
