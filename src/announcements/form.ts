import type { TypedStretch } from '../speech/reading/typed.ts';
import type { FormValues } from './templates/template.ts';

/** The form that an announcement was written with: it stays a form as long as nobody changes the text by hand. */
export interface AnnouncementForm {
  readonly templateId: string;
  /** Null once the text was changed by hand: nobody knows any more where its values stand. */
  readonly values: FormValues | null;
  /** Where typed values stand in the text of this revision. */
  readonly typed: readonly TypedStretch[];
}

/** What becomes of the form when the text is changed by hand: where it came from is all that is left. */
export function detached(form: AnnouncementForm | null): AnnouncementForm | null {
  return form === null ? null : { templateId: form.templateId, values: null, typed: [] };
}
