import { writeTyped } from '../../speech/reading/typed.ts';
import type { TypedKind, TypedStretch } from '../../speech/reading/typed.ts';

/** A value that keeps its kind on its way into the text. */
export interface TypedPiece {
  readonly kind: TypedKind;
  readonly value: string;
}
export type Wording = readonly (string | TypedPiece)[];

/** A field as a template uses it: its words, and its bare value where the sentence depends on it. */
export interface Filled<Value = unknown> {
  readonly wording: Wording;
  /** Undefined where the field was left empty. */
  readonly value: Value | undefined;
}

/** Writes a sentence around fields: what they hold keeps its kind. */
export function wording(strings: TemplateStringsArray, ...parts: (string | Wording | Filled)[]): Wording {
  return strings.flatMap((string, index) => {
    const part = parts[index];
    const words =
      part === undefined ? [] : typeof part === 'string' ? [part] : 'wording' in part ? part.wording : part;
    return [string, ...words];
  });
}

export const typed = (kind: TypedKind, value: string | number): TypedPiece => ({
  kind,
  value: String(value),
});

/** A sentence that stands only where its field was filled in. */
export const ifGiven = (field: Filled, sentence: Wording): Wording =>
  field.value === undefined ? [] : sentence;

/** The lines as one text, and where in it typed values stand. Empty lines fall away. */
export function compose(lines: readonly Wording[]): { text: string; typed: TypedStretch[] } {
  let text = '';
  const stretches: TypedStretch[] = [];
  for (const line of lines) {
    if (line.every((piece) => piece === '')) continue;
    if (text !== '') text += '\n';
    for (const piece of line) {
      const start = text.length;
      if (typeof piece === 'string') {
        text += piece.normalize('NFC');
        continue;
      }
      text += writeTyped(piece.kind, piece.value).normalize('NFC');
      stretches.push({ start, end: text.length, ...piece });
    }
  }
  return { text, typed: stretches };
}
