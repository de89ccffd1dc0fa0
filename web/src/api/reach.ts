/** Whether the service answers at all, as one value that screens watch (`useSyncExternalStore`). */
let reachable = true;
const watchers = new Set<() => void>();

function set(next: boolean): void {
  if (reachable === next) return;
  reachable = next;
  for (const watcher of watchers) watcher();
}

export const noteAnswer = (): void => set(true);
export const noteSilence = (): void => set(false);
export const isReachable = (): boolean => reachable;

export function watchReach(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
