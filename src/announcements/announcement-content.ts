import type { Priority } from '../../devices/protocol/pole-messages.ts';
import type { ChosenProfileId } from '../speech/render-profile.ts';
import { detached } from './form.ts';
import type { AnnouncementForm } from './form.ts';

/** What an author may change. */
export interface AnnouncementContent {
  readonly title: string;
  /** For the logbook; needed where there is no text. */
  readonly summary: string;
  /** Empty where people speak all of it. */
  readonly text: string;
  readonly priority: Priority;
  readonly villageIds: readonly string[];
  readonly picks: Readonly<Record<string, string>>;
  readonly form: AnnouncementForm | null;
  readonly renderProfile: ChosenProfileId;
  readonly saidTimes: 1 | 2;
}

/** How the text will be said, in the narrow shape that the rules need. */
export interface Said {
  readonly spoken: string;
  /** Doubts that nobody picked a reading for. */
  readonly openDoubts: number;
}

/** As it is kept. */
export function contentOf(content: AnnouncementContent): AnnouncementContent {
  return {
    ...content,
    title: storable(content.title),
    summary: storable(content.summary),
    text: storable(content.text),
  };
}

/** NFC, without NUL and halves of characters, which no database keeps. */
function storable(text: string): string {
  return text
    .replaceAll('\0', '')
    .replace(/\p{Surrogate}/gu, '')
    .normalize('NFC');
}

/** Saving a form again with the text that it made changes nothing of it. */
export function formAfter(
  { form, text }: Pick<AnnouncementContent, 'form' | 'text'>,
  newText: string | undefined,
): AnnouncementForm | null {
  return newText === undefined || storable(newText) === text ? form : detached(form);
}
