/** The longest piece given to an engine, in characters: local voices take memory by the length of a sentence. */
export const LONGEST_SENTENCE = 220;

/** Splits spoken text for synthesis: at ends of sentences; long ones at commas, else at spaces. */
export function splitSentences(spoken: string): string[] {
  const whole = spoken.match(/[^.!?;]+[.!?;]?/gu) ?? [];
  return whole
    .flatMap((sentence) => shorten(sentence.trim()))
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

function shorten(sentence: string): string[] {
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > LONGEST_SENTENCE) {
    const head = rest.slice(0, LONGEST_SENTENCE);
    const mark = Math.max(head.lastIndexOf(', '), head.lastIndexOf(': '));
    const space = head.lastIndexOf(' ');
    const cut = mark >= LONGEST_SENTENCE / 3 ? mark + 1 : space > 0 ? space : LONGEST_SENTENCE;
    pieces.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  if (rest !== '') pieces.push(rest);
  return pieces;
}
