/** Something that is or is not so, as a value that screens watch (`useSyncExternalStore`). */
export class Watched {
  private readonly watchers = new Set<() => void>();

  constructor(private value: boolean) {}

  readonly get = (): boolean => this.value;

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  set(next: boolean): void {
    if (this.value === next) return;
    this.value = next;
    for (const watcher of this.watchers) watcher();
  }
}

/** Whether the service answers at all. */
export const reachable = new Watched(true);
/** It answers, and its database does not: only what needs no database works. */
export const databaseDown = new Watched(false);
