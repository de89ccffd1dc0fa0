import { Alert, Button, Group, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { connectors } from '../../api/devices.ts';
import type { CameraView } from '../../api/devices.ts';
import { ask } from '../../parts/ask.ts';
import { tellFailure } from '../../parts/tell.ts';
import { words } from '../../words/words.ts';

const w = words.cameras.handover;

/** Which connector holds the device; shown only where there is another one that could. */
export function Handover({
  held,
  send,
}: {
  held: Pick<CameraView, 'connectorId' | 'movingTo'>;
  send: (to: string, now: boolean) => Promise<unknown>;
}) {
  const client = useQueryClient();
  const { data: sites = [] } = useQuery(connectors);
  const [chosen, setChosen] = useState<string | null>(null);
  const move = useMutation({
    mutationFn: ({ to, now }: { to: string; now: boolean }) => send(to, now),
    onError: (error) => tellFailure(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['cameras'] }),
  });
  if (sites.length < 2) return null;
  const nameOf = (id: string): string => sites.find((one) => one.id === id)?.name ?? w.unknown;
  const { movingTo } = held;
  return (
    <Paper p="md">
      <Title order={2} fz="1.1rem" mb="xs">
        {w.title}
      </Title>
      <Stack gap="xs">
        <Text fw={600}>{nameOf(held.connectorId)}</Text>
        {movingTo === null ? (
          <>
            <Text size="sm" c="dimmed">
              {w.hint}
            </Text>
            <Group align="flex-end">
              <Select
                label={w.to}
                style={{ flex: '1 1 180px' }}
                data={sites
                  .filter(({ id }) => id !== held.connectorId)
                  .map(({ id, name }) => ({ value: id, label: name }))}
                value={chosen}
                onChange={setChosen}
              />
              <Button
                variant="default"
                disabled={chosen === null}
                loading={move.isPending}
                onClick={() => {
                  if (chosen !== null) move.mutate({ to: chosen, now: false });
                }}
              >
                {w.move}
              </Button>
            </Group>
          </>
        ) : (
          <Alert color="amber" aria-live="polite">
            <Stack gap="xs" align="flex-start">
              <Text size="sm">{w.moving(nameOf(held.connectorId), nameOf(movingTo))}</Text>
              <Group gap="xs">
                <Button
                  variant="default"
                  loading={move.isPending}
                  onClick={() => move.mutate({ to: held.connectorId, now: false })}
                >
                  {w.cancel}
                </Button>
                <Button
                  variant="subtle"
                  color="clay"
                  loading={move.isPending}
                  onClick={() => ask(w.now, w.nowAsk, () => move.mutate({ to: movingTo, now: true }))}
                >
                  {w.now}
                </Button>
              </Group>
            </Stack>
          </Alert>
        )}
      </Stack>
    </Paper>
  );
}
