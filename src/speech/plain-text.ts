/**
 * What a local engine reads as it stands: NFC (NFD it spells letter by letter), without control characters, mark-up
 * or espeak's phoneme brackets `[[ ]]`.
 */
export function plainText(sentence: string): string {
  return sentence
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}<>&[\]{}|\\^`]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}
