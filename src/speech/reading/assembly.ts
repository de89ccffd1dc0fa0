import type { Hit } from './scan.ts';

/** A stretch of the source that is said otherwise than it is written. Positions in UTF-16 units, ends excluded. */
export interface SpokenSpan {
  start: number;
  end: number;
  written: string;
  spoken: string;
  rule: string;
  spokenStart: number;
  spokenEnd: number;
  alternatives: string[];
}

const STRENGTH = ',:;.?!';

/** Puts the spoken text together from what the rules said and what stays as it is. */
export class Assembly {
  readonly spans: SpokenSpan[] = [];
  private readonly parts: string[] = [];
  private length = 0;
  private lastMark = '';

  constructor(private readonly source: string) {}

  /** A word that is said as written. */
  keep(start: number, end: number): void {
    this.word(this.source.slice(start, end));
  }

  replace(start: number, hit: Hit): void {
    const written = this.source.slice(start, hit.end);
    const previous = this.spans.at(-1);
    const { spoken } = hit;
    if (spoken === '') return;
    // A line of capitals is one span, not one for every word.
    if (hit.rule === 'text.capitals' && previous?.rule === hit.rule && this.lastMark === '') {
      if (/^[ ]+$/u.test(this.source.slice(previous.end, start))) {
        this.word(spoken);
        previous.end = hit.end;
        previous.written = this.source.slice(previous.start, hit.end);
        previous.spoken += ` ${spoken}`;
        previous.spokenEnd = this.length;
        return;
      }
    }
    const spokenStart = this.word(spoken);
    this.spans.push({
      start,
      end: hit.end,
      written,
      spoken,
      rule: hit.rule,
      spokenStart,
      spokenEnd: this.length,
      alternatives: [...new Set(hit.alternatives ?? [])].filter((other) => other !== spoken),
    });
  }

  /** A mark at which a voice pauses; of several in a row the strongest stays. */
  pause(mark: string): void {
    if (this.length === 0) return;
    if (this.lastMark !== '') {
      if (STRENGTH.indexOf(mark) <= STRENGTH.indexOf(this.lastMark)) return;
      this.parts.pop();
      this.length -= 1;
    }
    this.push(mark);
    this.lastMark = mark;
  }

  get spoken(): string {
    return this.parts.join('').replace(/[,:]$/u, '.');
  }

  private word(text: string): number {
    if (this.length > 0) this.push(' ');
    const start = this.length;
    this.push(text);
    this.lastMark = '';
    return start;
  }

  private push(text: string): void {
    this.parts.push(text);
    this.length += text.length;
  }
}
