import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { retireEntry } from '../../api/lexicon.ts';
import type { OwnEntryView } from '../../api/lexicon.ts';
import { FailureNote } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { words } from '../../words/words.ts';
import { AffectedList } from './affected-list.tsx';
import { useLexiconChanged } from './changed.ts';

const w = words.lexicon;

/** One question before an entry is taken away, with what that changes. */
export function Retire({ entry, onClose }: { entry: OwnEntryView | null; onClose: () => void }) {
  return (
    <Modal opened={entry !== null} onClose={onClose} title={w.retireTitle(entry?.written ?? '')}>
      {entry === null ? null : <Question entry={entry} onClose={onClose} />}
    </Modal>
  );
}

function Question({ entry, onClose }: { entry: OwnEntryView; onClose: () => void }) {
  const changed = useLexiconChanged();
  const retire = useMutation({
    mutationFn: () => retireEntry(entry.id),
    onSuccess: async () => {
      tellDone(w.retired(entry.written));
      onClose();
      await changed();
    },
  });
  return (
    <Stack>
      <Text size="sm">{entry.replacesShipped ? w.retireToShipped : w.retireToNothing}</Text>
      <AffectedList entry={null} id={entry.id} />
      <FailureNote error={retire.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {words.common.back}
        </Button>
        <Button color="clay" loading={retire.isPending} onClick={() => retire.mutate()}>
          {w.retire}
        </Button>
      </Group>
    </Stack>
  );
}
