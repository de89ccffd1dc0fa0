import { Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { reading as readingOf } from '../../api/announcements.ts';
import type { Priority, RenderProfile } from '../../api/announcements.ts';
import { FailureNote } from '../../parts/states.tsx';
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

const w = words.announcements;

export interface DraftValues {
  title: string;
  summary: string;
  text: string;
  priority: Priority;
  renderProfile: RenderProfile;
  saidTimes: 1 | 2;
  villageIds: string[];
  picks: Record<string, string>;
}

/** Writing on one side, what the poles would say on the other. */
export function DraftForm(props: {
  form: UseFormReturnType<DraftValues>;
  onSave: (values: DraftValues) => void;
  isSaving: boolean;
  error: unknown;
  hint?: string;
  children?: ReactNode;
}) {
  const { form } = props;
  useUnsavedGuard(form.isDirty() && !props.isSaving);
  return (
    <form onSubmit={form.onSubmit(props.onSave)} noValidate className={css.editor}>
      <Stack>
        <TextInput
          label={w.fieldTitle}
          description={w.fieldTitleHint}
          size="md"
          maxLength={200}
          {...form.getInputProps('title')}
        />
        <Textarea
          label={w.fieldSummary}
          description={w.fieldSummaryHint}
          autosize
          size="md"
          maxLength={2_000}
          {...form.getInputProps('summary')}
        />
        <Textarea
          label={w.fieldText}
          description={w.fieldTextHint}
          autosize
          minRows={9}
          maxRows={24}
          size="md"
          maxLength={20_000}
          {...form.getInputProps('text')}
        />
        <Text size="xs" c="dimmed" ta="right" mt={-10} className="numbers">
          {w.characters(form.values.text.length.toLocaleString('vi-VN'))}
        </Text>
        <PriorityField {...form.getInputProps('priority')} />
        <SoundField
          priority={form.values.priority}
          sound={form.values}
          onChange={(part) => form.setValues(part)}
        />
        <VillagesField {...form.getInputProps('villageIds')} />
        {props.hint === undefined ? null : (
          <Text size="sm" c="clay.7">
            {props.hint}
          </Text>
        )}
        <FailureNote error={props.error} />
        <SaveDraft isDirty={form.isDirty()} isSaving={props.isSaving} />
      </Stack>
      <div className={css.sticky}>
        <Stack>
          <LiveReading form={form} />
          {props.children}
        </Stack>
      </div>
    </form>
  );
}

function LiveReading({ form }: { form: UseFormReturnType<DraftValues> }) {
  const [text] = useDebouncedValue(form.values.text, 400);
  const { picks, priority, renderProfile } = form.values;
  const profile = priority === 'emergency' ? 'outdoor' : renderProfile;
  const query = useQuery({ ...readingOf(text, picks, profile), enabled: text.trim() !== '' });
  return (
    <ReadingPanel
      reading={text.trim() === '' ? undefined : query.data}
      empty={w.readingEmpty}
      isStale={text.trim() !== '' && (query.isFetching || text !== form.values.text)}
      error={text.trim() === '' ? null : query.error}
      picks={picks}
      onPicks={(next) => form.setFieldValue('picks', next)}
    />
  );
}
