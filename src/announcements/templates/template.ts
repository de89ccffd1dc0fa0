import type { Priority } from '../../../devices/protocol/pole-messages.ts';
import type { FieldFault } from '../../base/failure.ts';
import { Failure } from '../../base/failure.ts';
import type { TypedStretch } from '../../speech/reading/typed.ts';
import { faultOf } from './fields.ts';
import type { Field, FieldValue, FieldValues, FormContext } from './fields.ts';
import { fillField } from './filling.ts';
import { compose } from './wording.ts';
import type { Filled, Wording } from './wording.ts';

export type Fields = Readonly<Record<string, Field>>;
type FilledForm<F extends Fields> = { readonly [Key in keyof F]: Filled<FieldValues[F[Key]['type']]> };
export type FormValues = Readonly<Record<string, FieldValue>>;

/** What a template says, from fields that are right; a pure piece of data and wording. */
interface Shape<F extends Fields> {
  /** Stable: announcements keep it. */
  readonly id: string;
  readonly name: string;
  /** What it is for, in one line. */
  readonly purpose: string;
  readonly fields: F;
  readonly title: (form: FilledForm<F>, context: FormContext) => Wording;
  /** A line each. */
  readonly text: (form: FilledForm<F>, context: FormContext) => readonly Wording[];
  /** How urgent it seems; a person decides. */
  readonly priority?: (form: FilledForm<F>) => Priority;
  /** What no field sees alone: the field that is wrong, by its key, and the code. */
  readonly across?: (form: FilledForm<F>) => Readonly<Record<string, string>>;
}

/** A filled form. */
export interface FilledTemplate {
  readonly title: string;
  readonly text: string;
  readonly typed: readonly TypedStretch[];
  readonly priority: Priority;
}

/** A typed template (*mẫu bản tin*), whatever its fields are. */
export interface Template {
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  readonly fields: Fields;
  /** As far as it is filled in: gaps stay visible, and what is wrong is told. */
  readonly preview: (
    values: Readonly<Record<string, unknown>>,
    context: FormContext,
  ) => FilledTemplate & { readonly faults: readonly FieldFault[] };
}

/** A title has at most so many characters, as that of any announcement. */
const longestTitle = 200;

export function defineTemplate<const F extends Fields>(shape: Shape<F>): Template {
  const { id, name, purpose, fields } = shape;
  return {
    ...{ id, name, purpose, fields },
    preview: (values, context) => {
      const faults = new Map<string, string>();
      for (const key of Object.keys(values)) {
        if (!Object.hasOwn(fields, key)) faults.set(key, 'announcements.field-unknown');
      }
      const filled = Object.entries(fields).map(([key, field]) => {
        const value = Object.hasOwn(values, key) ? values[key] : undefined;
        const fault = faultOf(field, value, context);
        if (fault !== null) faults.set(key, fault);
        // Found right just now, or left out.
        return [key, fillField(field, fault === null ? (value as FieldValue) : undefined, context)];
      });
      const form = Object.fromEntries(filled) as FilledForm<F>;
      for (const [key, code] of Object.entries(shape.across?.(form) ?? {})) faults.set(key, code);
      const { text, typed } = compose(shape.text(form, context));
      return {
        title: shortened(compose([shape.title(form, context)]).text),
        text,
        typed,
        priority: shape.priority?.(form) ?? 'regular',
        faults: [...faults].map(([key, code]) => ({
          path: `values.${key}`,
          code,
          message: `${key}: ${code}`,
        })),
      };
    },
  };
}

/** At a space, with a mark that something is left out. */
function shortened(title: string): string {
  if (title.length <= longestTitle) return title;
  const head = title.slice(0, longestTitle - 1);
  return `${head.slice(0, Math.max(head.lastIndexOf(' '), longestTitle / 2))}…`;
}

/** @throws Failure `announcements.form-incomplete`, naming each field that is empty or wrong */
export function fill(
  template: Template,
  values: Readonly<Record<string, unknown>>,
  context: FormContext,
): FilledTemplate {
  const { faults, ...filled } = template.preview(values, context);
  if (faults.length > 0) {
    throw new Failure('invalid', 'announcements.form-incomplete', 'Some fields are empty or wrong', {
      fields: faults,
    });
  }
  return filled;
}
