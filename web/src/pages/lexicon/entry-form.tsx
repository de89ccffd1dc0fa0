import {
  ActionIcon,
  Button,
  Group,
  Modal,
  Paper,
  Select,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import type { UseFormReturnType } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { addEntry, editEntry } from '../../api/lexicon.ts';
import type { LexiconEntryRequest, LexiconEntryView, LexiconKind } from '../../api/lexicon.ts';
import { required, useSend } from '../../parts/form.ts';
import { FailureNote } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { words } from '../../words/words.ts';
import { AffectedList } from './affected-list.tsx';
import { useLexiconChanged } from './changed.ts';
import { HearButton } from './hear-button.tsx';
import { nameOfPlace, placeOfName, signNames } from './places.ts';

const w = words.lexicon;
const MOST_WAYS = 12;

/** What is in the form: nothing yet, a shipped entry to begin with, or the commune's own of that id. */
export interface Edited {
  readonly entry: LexiconEntryView | null;
  readonly id?: string;
}

interface Values {
  written: string;
  kind: LexiconKind;
  expansions: { spoken: string; next: string[]; previous: string[] }[];
  doubtful: boolean;
}

const valuesOf = (entry: LexiconEntryView | null): Values => ({
  written: entry?.written ?? '',
  kind: entry?.kind ?? 'name',
  expansions: (entry?.expansions ?? [{ spoken: '', next: [], previous: [] }]).map((one) => ({
    spoken: one.spoken,
    next: one.next.map((word) => nameOfPlace(word)),
    previous: [...one.previous],
  })),
  doubtful: entry?.doubtful ?? false,
});

const requestOf = ({ written, kind, expansions, doubtful }: Values): LexiconEntryRequest => ({
  written: written.trim(),
  kind,
  expansions: expansions.map(({ spoken, next, previous }) => ({
    spoken: spoken.trim(),
    ...(next.length === 0 ? {} : { next: next.map((name) => placeOfName(name)) }),
    ...(previous.length === 0 ? {} : { previous }),
  })),
  doubtful,
});

/** Adds an entry of the commune's own, or changes one. */
export function EntryForm({ edited, onClose }: { edited: Edited | null; onClose: () => void }) {
  return (
    <Modal
      opened={edited !== null}
      onClose={onClose}
      title={edited?.id === undefined ? w.add : w.editTitle}
      size="lg"
    >
      {edited === null ? null : <Fields edited={edited} onClose={onClose} />}
    </Modal>
  );
}

function Fields({ edited: { entry, id }, onClose }: { edited: Edited; onClose: () => void }) {
  const changed = useLexiconChanged();
  const form = useForm<Values>({
    initialValues: valuesOf(entry),
    validate: { written: required, expansions: { spoken: required } },
  });
  const send = useSend(
    form,
    (values: Values) => {
      const request = requestOf(values);
      return id === undefined ? addEntry(request) : editEntry(id, request);
    },
    async () => {
      tellDone(w.saved(form.values.written.trim()));
      onClose();
      await changed();
    },
  );
  const { expansions } = form.values;
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate autoComplete="off">
      <Stack>
        <Group align="flex-start" grow preventGrowOverflow={false}>
          <TextInput
            label={w.written}
            description={w.writtenHint}
            size="md"
            maxLength={60}
            miw={220}
            data-autofocus
            {...form.getInputProps('written')}
          />
          <Select
            label={w.kind}
            description={w.kindHint}
            size="md"
            miw={200}
            allowDeselect={false}
            data={Object.entries(w.kinds).map(([value, label]) => ({ value, label }))}
            {...form.getInputProps('kind')}
          />
        </Group>
        {expansions.map((_, at) => (
          <Way key={at} form={form} at={at} isAlone={expansions.length === 1} />
        ))}
        {expansions.length >= MOST_WAYS ? null : (
          <Button
            variant="subtle"
            size="sm"
            style={{ alignSelf: 'flex-start' }}
            leftSection={<IconPlus size={16} />}
            onClick={() => form.insertListItem('expansions', { spoken: '', next: [], previous: [] }, 0)}
          >
            {w.addWay}
          </Button>
        )}
        <Switch
          size="md"
          label={w.askEachTime}
          description={w.askEachTimeHint}
          {...form.getInputProps('doubtful', { type: 'checkbox' })}
        />
        <WouldChange values={form.values} id={id} />
        <FailureNote error={send.error} />
        <Button type="submit" size="md" loading={send.isPending}>
          {words.common.save}
        </Button>
      </Stack>
    </form>
  );
}

/** One way to say it; where there are several, each but one tells where. */
function Way({ form, at, isAlone }: { form: UseFormReturnType<Values>; at: number; isAlone: boolean }) {
  const path = `expansions.${at}`;
  const way = form.values.expansions[at];
  if (way === undefined) return null;
  const hasPlace = way.next.length > 0 || way.previous.length > 0;
  return (
    <Paper p="sm" withBorder>
      <Stack gap="sm">
        <Group align="flex-end" gap="xs">
          <TextInput
            label={w.spoken}
            description={w.spokenHint}
            size="md"
            maxLength={200}
            style={{ flex: '1 1 240px' }}
            {...form.getInputProps(`${path}.spoken`)}
          />
          <HearButton spoken={way.spoken} />
          {isAlone ? null : (
            <ActionIcon
              size={36}
              variant="subtle"
              color="clay"
              aria-label={w.removeWay}
              onClick={() => form.removeListItem('expansions', at)}
            >
              <IconTrash size={18} />
            </ActionIcon>
          )}
        </Group>
        <details open={!isAlone || hasPlace}>
          <summary style={{ cursor: 'pointer', fontSize: '0.9rem', color: 'var(--soft)' }}>
            {w.whereTitle}
          </summary>
          <Stack gap="xs" mt="xs">
            <Text size="xs" c="dimmed">
              {w.whereHint}
            </Text>
            <TagsInput
              label={w.previous}
              placeholder={way.previous.length === 0 ? w.previousExample : ''}
              maxTags={20}
              {...form.getInputProps(`${path}.previous`)}
            />
            <TagsInput
              label={w.next}
              placeholder={way.next.length === 0 ? w.nextExample : ''}
              maxTags={20}
              data={signNames}
              {...form.getInputProps(`${path}.next`)}
            />
          </Stack>
        </details>
      </Stack>
    </Paper>
  );
}

/** Asked for when the typing rests, and only of what could be kept. */
function WouldChange({ values, id }: { values: Values; id: string | undefined }) {
  const [resting] = useDebouncedValue(values, 500);
  const request = requestOf(resting);
  const isWhole = request.written !== '' && request.expansions.every(({ spoken }) => spoken !== '');
  return isWhole ? <AffectedList entry={request} id={id} /> : null;
}
