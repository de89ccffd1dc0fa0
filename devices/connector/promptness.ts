const REMEMBERED = 16;
/** So many not long ago: a line that was quick may be slow by now. */
const ENOUGH = 3;
const NOT_LONG_AGO_MS = 30_000;
const MARGIN_MS = 50;

/** How soon a device answers what it need not wait or draw for: so soon it would have said no. */
export class Promptness {
  private readonly lately: { readonly ms: number; readonly notedMs: number }[] = [];

  note(ms: number): void {
    this.lately.push({ ms, notedMs: performance.now() });
    if (this.lately.length > REMEMBERED) this.lately.shift();
  }

  /**
   * After so long a silence it does not say no any more.
   *
   * @param mostMs as long as too little is known of it
   * @param beside of the same device, at another of its doors
   */
  within(mostMs: number, beside?: Promptness): number {
    const known = [...this.lately, ...(beside?.lately ?? [])];
    const sinceMs = performance.now() - NOT_LONG_AGO_MS;
    if (known.filter(({ notedMs }) => notedMs > sinceMs).length < ENOUGH) return mostMs;
    // The slowest one may have been a hiccup: it would slow everything for as long as it is remembered.
    const [, slowMs = mostMs] = known.map(({ ms }) => ms).sort((a, b) => b - a);
    return Math.min(mostMs, 3 * slowMs + MARGIN_MS);
  }
}
