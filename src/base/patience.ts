import { Failure } from './failure.ts';

/**
 * What `work` gives; or, where that takes longer than `ms` or is `unavailable`, what was last known. For the safety
 * paths, to which a database that does not answer is as good as down. `work` goes on, and its failure is nobody's.
 */
export async function orLastKnown<T>(work: Promise<T>, ms: number, lastKnown: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(lastKnown), ms);
  });
  try {
    return await Promise.race([work, patience]);
  } catch (error) {
    if (error instanceof Failure && error.kind === 'unavailable') return lastKnown;
    throw error;
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
