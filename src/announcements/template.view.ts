import { z } from 'zod';
import { priorities } from '../../devices/protocol/pole-messages.ts';
import { fieldTypes } from './templates/fields.ts';
import { formValues } from './template.request.ts';
import { readingView } from './announcement.view.ts';

const option = z.object({ value: z.string(), label: z.string() });

/** A field of a form: its type says which control asks for it, and how its value is written and read. */
export const templateFieldView = z.object({
  key: z.string(),
  type: z.enum(fieldTypes),
  label: z.string(),
  hint: z.string(),
  isOptional: z.boolean(),
  /** Of choices and levels. */
  options: z.array(option),
  /** Events to come may not be over, what happened may not be to come. */
  when: z.enum(['coming', 'past']).nullable(),
  /** The longest text in characters, or the largest number. */
  most: z.int().nullable(),
});
export type TemplateFieldView = z.infer<typeof templateFieldView>;

export const templateView = z.object({
  id: z.string(),
  name: z.string(),
  purpose: z.string(),
  fields: z.array(templateFieldView),
  /** What the form begins with. */
  usual: formValues,
});
export type TemplateView = z.infer<typeof templateView>;

/** A form as far as it is filled in. */
export const formPreviewView = z.object({
  title: z.string(),
  text: z.string(),
  /** How urgent it seems: a person decides. */
  priority: z.enum(priorities),
  reading: readingView,
  /** What is still empty or wrong: `values.date` and the code that the console words. */
  faults: z.array(z.object({ path: z.string(), code: z.string() })),
});
export type FormPreviewView = z.infer<typeof formPreviewView>;
