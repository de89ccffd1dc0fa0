/** A wait that can be cut short. One at a time. */
export class Rest {
  private end: () => void = () => undefined;

  wake(): void {
    this.end();
  }

  /** @param ms undefined: until it is woken, or `signal` */
  for(ms: number | undefined, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(end, ms);
      this.end = end;
      signal.addEventListener('abort', end, { once: true });
    });
  }
}
