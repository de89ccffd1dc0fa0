import { Button, Group, Paper, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import { collisions, decideCollision } from '../api/broadcasts.ts';
import type { CollisionView } from '../api/broadcasts.ts';
import { useMay } from '../shell/session.tsx';
import { clockAndDay } from '../time/format.ts';
import { words } from '../words/words.ts';
import { tellDone, tellFailure } from './tell.ts';

const w = words.collisions;

/** Priority broadcasts that meet in the coming week: which goes first. Nothing at all where none do. */
export function Collisions({ onlyUndecided = false }: { onlyUndecided?: boolean }) {
  const { data = [] } = useQuery(collisions);
  const shown = data.filter(({ firstId }) => !onlyUndecided || firstId === null);
  return shown.map((collision) => (
    <OneCollision key={`${collision.earlier.id} ${collision.later.id}`} collision={collision} />
  ));
}

function OneCollision({ collision }: { collision: CollisionView }) {
  const may = useMay();
  const client = useQueryClient();
  const { earlier, later, firstId, at, poles } = collision;
  const decide = useMutation({
    mutationFn: (first: CollisionView['earlier']) =>
      decideCollision({ firstId: first.id, secondId: first.id === earlier.id ? later.id : earlier.id }),
    onSuccess: (list) => {
      client.setQueryData(collisions.queryKey, list);
      tellDone(w.decided);
    },
    onError: (error) => tellFailure(error),
  });
  return (
    <Paper p="md" mb="md" withBorder style={{ borderColor: firstId === null ? 'var(--alarm)' : undefined }}>
      <Group gap="sm" align="flex-start" wrap="nowrap">
        <IconArrowsSplit2 size={22} aria-hidden style={{ flex: 'none', marginTop: 2 }} />
        <div style={{ minWidth: 0, flex: 1 }}>
          <Text fw={600}>{w.title(clockAndDay(at))}</Text>
          <Text size="sm" c="dimmed" mb="xs">
            {firstId === null ? w.undecided(earlier.title, poles) : w.isDecided}
          </Text>
          <Group gap="xs">
            {[earlier, later].map((one) => (
              <Button
                key={one.id}
                size="sm"
                h="auto"
                py={6}
                styles={{ label: { whiteSpace: 'normal', textAlign: 'left', lineHeight: 1.35 } }}
                variant={one.id === firstId ? 'filled' : 'default'}
                aria-pressed={one.id === firstId}
                disabled={!may('broadcasts.schedule')}
                loading={decide.isPending && decide.variables.id === one.id}
                onClick={() => decide.mutate(one)}
              >
                {w.first(one.title)}
              </Button>
            ))}
          </Group>
        </div>
      </Group>
    </Paper>
  );
}
