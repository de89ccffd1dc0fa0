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
} from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQuery } from '@tanstack/react-query';
import { IconDeviceFloppy } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { useBlocker } from 'react-router';
import { villages as villagesQuery } from '../../api/accounts.ts';
import type { Priority, ReadingView, RenderProfile } from '../../api/announcements.ts';
import { FailureNote } from '../../parts/states.tsx';
import { useOwnVillages } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';
import css from './announcements.module.css';
import { Doubts, ReadingPair } from './reading-pair.tsx';

const w = words.announcements;

export function PriorityField(props: {
  value?: Priority | '';
  onChange?: (value: Priority | '') => void;
  error?: ReactNode;
  description?: string;
}) {
  const { value, onChange, error, description, ...input } = props;
  return (
    <Input.Wrapper
      label={w.fieldPriority}
      size="md"
      labelElement="div"
      error={error}
      description={description}
    >
      <SegmentedControl<Priority | ''>
        fullWidth
        mt={4}
        aria-label={w.fieldPriority}
        data={(['regular', 'priority', 'emergency'] as const).map((value) => ({
          value,
          label: words.priorities[value],
        }))}
        color={value === 'emergency' ? 'red.6' : 'leaf.8'}
        {...input}
        {...(value === undefined ? {} : { value })}
        onChange={(next) => onChange?.(next)}
      />
    </Input.Wrapper>
  );
}

export interface HowItSounds {
  renderProfile: RenderProfile;
  saidTimes: 1 | 2;
}

/** How it is to sound. An emergency has no choice: its sound is what villagers know it by. */
export function SoundField(props: {
  priority: Priority | '';
  sound: HowItSounds;
  onChange: (part: Partial<HowItSounds>) => void;
}) {
  const { renderProfile, saidTimes } = props.sound;
  if (props.priority === 'emergency') {
    return (
      <Text size="sm" c="dimmed">
        {w.emergencySound}
      </Text>
    );
  }
  return (
    <div>
      <Input.Wrapper label={w.fieldRenderProfile} size="md" labelElement="div">
        <SegmentedControl<RenderProfile>
          fullWidth
          mt={4}
          aria-label={w.fieldRenderProfile}
          data={(['outdoor', 'indoor', 'drill'] as const).map((value) => ({
            value,
            label: w.renderProfiles[value],
          }))}
          color="leaf.8"
          value={renderProfile}
          onChange={(next) => props.onChange({ renderProfile: next })}
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
        onChange={(event) => props.onChange({ saidTimes: event.currentTarget.checked ? 2 : 1 })}
      />
    </div>
  );
}

/** For whom it is; somebody with villages of their own writes for these. */
export function VillagesField(props: { value?: string[]; onChange?: (value: string[]) => void }) {
  const { data: villages = [] } = useQuery(villagesQuery);
  const own = useOwnVillages();
  return (
    <MultiSelect
      label={w.fieldVillages}
      size="md"
      placeholder={props.value?.length === 0 ? w.villagesAll : ''}
      data={villages
        .filter(({ id }) => own === null || own.includes(id))
        .map(({ id, word, name }) => ({ value: id, label: words.today.village(word, name) }))}
      {...props}
    />
  );
}

/** What the poles would say, and where a person must say how. */
export function ReadingPanel(props: {
  reading: ReadingView | undefined;
  /** Both sides, where what is written stands nowhere else. */
  withWritten?: boolean;
  empty: string;
  isStale: boolean;
  error: unknown;
  picks: Record<string, string>;
  onPicks: (picks: Record<string, string>) => void;
}) {
  const { reading, picks, onPicks } = props;
  const onPick = (written: string, spoken: string) => onPicks({ ...picks, [written]: spoken });
  const onUnpick = (written: string) =>
    onPicks(Object.fromEntries(Object.entries(picks).filter(([one]) => one !== written)));
  return (
    <Paper p="md">
      <Group justify="space-between" mb={6}>
        <Text fw={600}>{props.withWritten === true ? words.templates.live : w.willBeSaid}</Text>
        <Text size="xs" c="dimmed" role="status">
          {props.isStale ? w.readingStale : ''}
        </Text>
      </Group>
      {reading === undefined ? (
        <Text size="sm" c="dimmed">
          {props.empty}
        </Text>
      ) : (
        <Stack>
          <div className={css.bounded}>
            <ReadingPair reading={reading} onPick={onPick} />
          </div>
          {reading.spans.length > 0 ? (
            <Text size="xs" c="dimmed">
              {w.readingHint}
            </Text>
          ) : null}
          <Doubts reading={reading} picks={picks} onPick={onPick} onUnpick={onUnpick} />
        </Stack>
      )}
      <FailureNote error={props.error} />
    </Paper>
  );
}

/** Asks before unsaved words are lost, by a link or by closing the window. */
export function useUnsavedGuard(isDirty: boolean): void {
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

/** Below either form: there is something to save, and it says so. */
export function SaveDraft({ isDirty, isSaving }: { isDirty: boolean; isSaving: boolean }) {
  return (
    <Group>
      <Button
        type="submit"
        loading={isSaving}
        disabled={!isDirty}
        leftSection={<IconDeviceFloppy size={18} />}
      >
        {words.announcements.saveDraft}
      </Button>
      {isDirty ? (
        <Text size="sm" c="dimmed">
          {words.common.unsaved}
        </Text>
      ) : null}
    </Group>
  );
}
