import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { settleSettings } from '../../api/devices.ts';
import type { LoudspeakerDetailView } from '../../api/devices.ts';
import { ask } from '../../parts/ask.ts';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';
import { VolumeTable } from './volume-table.tsx';
import type { Loudness } from './volume-table.tsx';

const w = words.volume.ahead;

/** The pole follows newer settings than the books: what it follows, and which of the two a person lets count. */
export function VolumeAhead({ pole, books }: { pole: LoudspeakerDetailView; books: Loudness }) {
  const may = useMay();
  const client = useQueryClient();
  const { ahead } = pole.settings;
  const settle = useMutation({
    mutationFn: (count: 'pole' | 'books') => settleSettings(pole.id, { count, version: ahead?.version ?? 0 }),
    onSuccess: (_, count) => tellDone(count === 'pole' ? w.kept : words.volume.sent),
    onError: (error) => tellFailure(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['loudspeaker', pole.id] }),
  });
  if (ahead === null) return null;
  const isBusy = (count: 'pole' | 'books'): boolean => settle.isPending && settle.variables === count;
  return (
    <>
      {ahead.settings === null ? (
        <Text size="sm" mt="sm">
          {w.untold}
        </Text>
      ) : (
        <>
          <Text size="sm" fw={600} mt="sm">
            {w.pole}
          </Text>
          <VolumeTable loudness={ahead.settings} besides={books} />
          <Text size="xs" c="dimmed" mt={6}>
            {words.volume.floorIs(ahead.settings.emergencyFloor)}
          </Text>
        </>
      )}
      {may('loudspeakers.manage') ? (
        <Group gap="xs" mt="sm">
          <Button
            disabled={ahead.settings === null || settle.isPending}
            loading={isBusy('pole')}
            onClick={() => settle.mutate('pole')}
          >
            {w.keep}
          </Button>
          <Button
            variant="default"
            disabled={settle.isPending}
            loading={isBusy('books')}
            onClick={() => ask(w.sendAnew, w.sendAnewAsk, () => settle.mutate('books'))}
          >
            {w.sendAnew}
          </Button>
        </Group>
      ) : null}
    </>
  );
}
