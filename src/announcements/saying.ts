import { Failure } from '../base/failure.ts';
import type { CommuneReader } from '../lexicon/commune-reader.ts';
import type { Reading } from '../speech/reading/reading.ts';
import { givenOf } from '../speech/reading/typed.ts';
import type { AnnouncementContent, Said } from './announcement-content.ts';

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

/** How a text would be said with these picks; nothing to say for an empty text. @throws Failure naming the field */
export function sayBy(
  reader: CommuneReader,
  content: Pick<AnnouncementContent, 'text' | 'picks' | 'form'>,
): Said {
  try {
    const reading = readingOf(content, reader);
    return { spoken: reading?.spoken ?? '', openDoubts: reading?.doubts.length ?? 0 };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.kind, error.code, error.message, {
      fields: [{ path: 'text', code: error.code, message: error.message }],
    });
  }
}
