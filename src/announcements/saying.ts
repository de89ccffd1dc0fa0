import type { CommuneReader } from '../lexicon/commune-reader.ts';
import type { Reading } from '../speech/reading/reading.ts';
import { givenOf } from '../speech/reading/typed.ts';
import type { AnnouncementContent } from './announcement.ts';

/**
 * How an announcement is said, wherever that is asked: with the picks of people, and its typed fields by their types.
 * @returns null for an empty text
 * @throws Failure as `readAloud`
 */
export function readingOf(
  { text, picks, form }: Pick<AnnouncementContent, 'text' | 'picks' | 'form'>,
  reader: CommuneReader,
): Reading | null {
  if (text.trim() === '') return null;
  const { lexicon, profile } = reader;
  return reader.read(text, { picks, given: givenOf(form?.typed ?? [], { lexicon, profile }) });
}
