import type { Notice } from './notice.ts';

/** What an ended subscription told after the present one had begun: the present one tells it once more. */
export class Echoes {
  private raws: string[] = [];

  add(notices: readonly Notice[]): void {
    this.raws.push(...notices.map(({ raw }) => raw));
  }

  /**
   * The first answer of the present subscription, without what was told already. Each echo takes away one notice: two
   * crossings in one second may well have the same bytes.
   */
  takenFrom(notices: readonly Notice[]): readonly Notice[] {
    if (this.raws.length === 0) return notices;
    const raws = this.raws;
    this.raws = [];
    return notices.filter(({ raw }) => {
      const at = raws.indexOf(raw);
      if (at >= 0) raws.splice(at, 1);
      return at < 0;
    });
  }
}
