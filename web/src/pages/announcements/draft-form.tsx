import {
  Button,
  Group,
  Input,
  MultiSelect,
  Paper,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconDeviceFloppy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { modals } from '@mantine/modals';
import { villages as villagesQuery } from '../../api/accounts.ts';
import { reading as readingOf } from '../../api/announcements.ts';
import type { Priority, RenderProfile } from '../../api/announcements.ts';
import { FailureNote } from '../../parts/states.tsx';
import { useOwnVillages } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';
import css from './announcements.module.css';
import { Doubts, ReadingPair } from './reading-pair.tsx';

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
        <PriorityField form={form} />
        <SoundField form={form} />
        <VillagesField form={form} />
        {props.hint === undefined ? null : (
          <Text size="sm" c="clay.7">
            {props.hint}
          </Text>
        )}
        <FailureNote error={props.error} />
        <Group>
          <Button
            type="submit"
            loading={props.isSaving}
            disabled={!form.isDirty()}
            leftSection={<IconDeviceFloppy size={18} />}
          >
            {w.saveDraft}
          </Button>
          {form.isDirty() ? (
            <Text size="sm" c="dimmed">
              {words.common.unsaved}
            </Text>
          ) : null}
        </Group>
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

function PriorityField({ form }: { form: UseFormReturnType<DraftValues> }) {
  return (
    <Input.Wrapper label={w.fieldPriority} size="md" labelElement="div">
      <SegmentedControl
        fullWidth
        mt={4}
        aria-label={w.fieldPriority}
        data={(['regular', 'priority', 'emergency'] as const).map((value) => ({
          value,
          label: words.priorities[value],
        }))}
        color={form.values.priority === 'emergency' ? 'red.6' : 'leaf.8'}
        {...form.getInputProps('priority')}
      />
    </Input.Wrapper>
  );
}

/** How it is to sound. An emergency has no choice: its sound is what villagers know it by. */
function SoundField({ form }: { form: UseFormReturnType<DraftValues> }) {
  const { priority, renderProfile, saidTimes } = form.values;
  if (priority === 'emergency') {
    return (
      <Text size="sm" c="dimmed">
        {w.emergencySound}
      </Text>
    );
  }
  return (
    <div>
      <Input.Wrapper label={w.fieldRenderProfile} size="md" labelElement="div">
        <SegmentedControl
          fullWidth
          mt={4}
          aria-label={w.fieldRenderProfile}
          data={(['outdoor', 'indoor', 'drill'] as const).map((value) => ({
            value,
            label: w.renderProfiles[value],
          }))}
          color="leaf.8"
          {...form.getInputProps('renderProfile')}
        />
      </Input.Wrapper>
      <Text size="sm" c="dimmed" mt={6}>
        {w.renderProfileHints[renderProfile]}
      </Text>
      <Switch
        mt="sm"
        size="md"
        label={w.fieldSaidTwice}
        checked={saidTimes === 2}
        onChange={(event) => form.setFieldValue('saidTimes', event.currentTarget.checked ? 2 : 1)}
      />
    </div>
  );
}

function VillagesField({ form }: { form: UseFormReturnType<DraftValues> }) {
  const { data: villages = [] } = useQuery(villagesQuery);
  const own = useOwnVillages();
  return (
    <MultiSelect
      label={w.fieldVillages}
      size="md"
      placeholder={form.values.villageIds.length === 0 ? w.villagesAll : ''}
      data={villages
        .filter(({ id }) => own === null || own.includes(id))
        .map(({ id, word, name }) => ({ value: id, label: words.today.village(word, name) }))}
      {...form.getInputProps('villageIds')}
    />
  );
}

function LiveReading({ form }: { form: UseFormReturnType<DraftValues> }) {
  const [text] = useDebouncedValue(form.values.text, 400);
  const { picks } = form.values;
  const query = useQuery({ ...readingOf(text, picks), enabled: text.trim() !== '' });
  const onPick = (written: string, spoken: string) =>
    form.setFieldValue('picks', { ...picks, [written]: spoken });
  const onUnpick = (written: string) => {
    form.setFieldValue('picks', Object.fromEntries(Object.entries(picks).filter(([one]) => one !== written)));
  };
  const isStale = query.isFetching || text !== form.values.text;
  return (
    <Paper p="md">
      <Group justify="space-between" mb={6}>
        <Text fw={600}>{w.spoken}</Text>
        <Text size="xs" c="dimmed" role="status">
          {text.trim() !== '' && isStale ? w.readingStale : ''}
        </Text>
      </Group>
      {text.trim() === '' || query.data === undefined ? (
        <Text size="sm" c="dimmed">
          {w.readingEmpty}
        </Text>
      ) : (
        <Stack>
          <ReadingPair reading={query.data} onPick={onPick} />
          {query.data.spans.length > 0 ? (
            <Text size="xs" c="dimmed">
              {w.readingHint}
            </Text>
          ) : null}
          <Doubts reading={query.data} picks={picks} onPick={onPick} onUnpick={onUnpick} />
        </Stack>
      )}
      <FailureNote error={text.trim() === '' ? null : query.error} />
    </Paper>
  );
}

/** Asks before unsaved words are lost, by a link or by closing the window. */
function useUnsavedGuard(isDirty: boolean): void {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => isDirty && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (blocker.state !== 'blocked') return;
    let leaves = false;
    modals.openConfirmModal({
      title: words.common.unsaved,
      children: words.common.leaveUnsaved,
      labels: { confirm: words.common.leave, cancel: words.common.stay },
      onConfirm: () => {
        leaves = true;
        blocker.proceed();
      },
      onClose: () => {
        if (!leaves) blocker.reset();
      },
    });
  }, [blocker]);
  useEffect(() => {
    if (!isDirty) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isDirty]);
}
