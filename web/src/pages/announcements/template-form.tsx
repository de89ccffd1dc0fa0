import { Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef } from 'react';
import type { ReactNode } from 'react';
import { announcement } from '../../api/announcements.ts';
import type { AnnouncementView, Priority } from '../../api/announcements.ts';
import { ApiFailure } from '../../api/door.ts';
import { formPreview } from '../../api/templates.ts';
import type { FormPreviewView, FormValues, TemplateView } from '../../api/templates.ts';
import { useSend } from '../../parts/form.ts';
import { FailureNote } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { fieldSentence } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import css from './announcements.module.css';
import {
  PriorityField,
  ReadingPanel,
  SaveDraft,
  SoundField,
  useUnsavedGuard,
  VillagesField,
} from './draft-fields.tsx';
import type { HowItSounds } from './draft-fields.tsx';
import { TemplateField } from './template-field.tsx';
import type { Held } from './template-field.tsx';

const w = words.templates;

export interface FormDraft extends HowItSounds {
  values: Record<string, Held>;
  /** Empty until somebody chose: what a template proposes is taken, unless it is an emergency. */
  priority: Priority | '';
  villageIds: string[];
  picks: Record<string, string>;
}

/** What is sent: a form with a priority that somebody stands for. */
export interface FilledForm extends HowItSounds {
  values: FormValues;
  priority: Priority;
  villageIds: string[];
  picks: Record<string, string>;
}

/** Fields on one side; what is written and what is spoken on the other, with every key. */
export function TemplateForm(props: {
  template: TemplateView;
  initial: FormDraft;
  /** Of what is edited: a later one is shown at once, unless values of one's own would be lost by it. */
  revision?: number;
  /** @param revision the one that the person was looking at */
  send: (form: FilledForm, revision: number) => Promise<AnnouncementView>;
  onSaved: (view: AnnouncementView) => void | Promise<void>;
  hint?: ReactNode;
  children?: ReactNode;
}) {
  const { template } = props;
  const client = useQueryClient();
  const form = useForm<FormDraft>({ initialValues: props.initial });
  const { initial, revision = 0 } = props;
  const seen = useRef(revision);
  const takeUnlessTouched = useEffectEvent(() => {
    if (form.isDirty()) return;
    form.setInitialValues(initial);
    form.setValues(initial);
    form.resetDirty(initial);
    seen.current = revision;
  });
  useEffect(() => takeUnlessTouched(), [revision]);
  const send = useSend(
    form,
    async (filled: FilledForm) => {
      // What is missing or wrong is known by asking; only what is whole is sent to be kept.
      const { faults } = await client.query(formPreview(template.id, previewRequest(filled)));
      if (faults.length > 0) {
        const fields = faults.map((fault) => ({ ...fault, message: fault.code }));
        throw new ApiFailure('announcements.form-incomplete', 400, fields);
      }
      return props.send(filled, seen.current);
    },
    async (saved) => {
      client.setQueryData(announcement(saved.id).queryKey, saved);
      form.resetDirty();
      tellDone(words.announcements.draftSaved);
      await client.invalidateQueries({ queryKey: ['announcements'] });
      await props.onSaved(saved);
    },
  );
  // A new announcement is left for its own page as soon as it is saved.
  const isSaving = send.isPending || (send.isSuccess && props.revision === undefined);
  useUnsavedGuard(form.isDirty() && !isSaving);

  const [settled] = useDebouncedValue(form.values.values, 400);
  const { picks } = form.values;
  const query = useQuery(
    formPreview(template.id, previewRequest({ ...form.values, values: filledIn(settled) })),
  );
  const proposed = query.data?.priority ?? 'regular';
  const priority = form.values.priority === '' && proposed !== 'emergency' ? proposed : form.values.priority;

  const save = (): void => {
    if (priority === '') form.setFieldError('priority', w.confirmPriority);
    else send.mutate({ ...form.values, values: filledIn(form.values.values), priority });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      noValidate
      className={css.editor}
    >
      <Stack>
        {template.fields.map((field) => {
          const path = `values.${field.key}`;
          return (
            <TemplateField
              key={field.key}
              field={field}
              value={form.values.values[field.key]}
              onChange={(value) => form.setFieldValue(path, value)}
              error={form.errors[path] ?? faultNow(query.data, path)}
            />
          );
        })}
        <PriorityField
          value={priority}
          onChange={(next) => form.setFieldValue('priority', next)}
          error={form.errors.priority}
          {...(proposed === 'regular' ? {} : { description: w.proposed(words.priorities[proposed]) })}
        />
        <SoundField priority={priority} sound={form.values} onChange={(part) => form.setValues(part)} />
        <VillagesField {...form.getInputProps('villageIds')} />
        {props.hint}
        <FailureNote error={send.error} />
        <SaveDraft isDirty={form.isDirty()} isSaving={isSaving} />
      </Stack>
      <div className={css.sticky}>
        <Stack>
          <ReadingPanel
            reading={query.data?.reading}
            withWritten
            empty={w.liveEmpty}
            isStale={query.isFetching}
            error={query.error}
            picks={picks}
            onPicks={(next) => form.setFieldValue('picks', next)}
          />
          {props.children}
        </Stack>
      </div>
    </form>
  );
}

/** What is there and wrong is told at once; what is only missing, when somebody saves. */
function faultNow(preview: FormPreviewView | undefined, path: string): string | undefined {
  const code = preview?.faults.find((fault) => fault.path === path)?.code;
  return code === undefined || /-(?:required|consent)$/.test(code) ? undefined : fieldSentence(code);
}

/** An emergency has a sound of its own, with which nothing is said. */
function previewRequest({
  values,
  picks,
  priority,
  renderProfile,
}: Omit<FilledForm, 'priority'> & Pick<FormDraft, 'priority'>) {
  return { values, picks, renderProfile: priority === 'emergency' ? ('outdoor' as const) : renderProfile };
}

/** Without what nobody filled in. */
function filledIn(values: Record<string, Held>): FormValues {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, Exclude<Held, undefined>] => entry[1] !== undefined && entry[1] !== '',
    ),
  );
}
