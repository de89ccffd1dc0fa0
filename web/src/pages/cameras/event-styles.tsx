import { Badge, Code, Group, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { eventStyles, setEventStyle } from '../../api/devices.ts';
import type { EventStyleView } from '../../api/devices.ts';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { clockAndDay } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.cameras.eventStyles;
const learned = 'learned';

/** In which way this camera tells each of its topics: as learned, and as a person says. */
export function EventStyles({ cameraId }: { cameraId: string }) {
  const { data } = useQuery(eventStyles(cameraId));
  return (
    <Paper p="md">
      <Title order={2} fz="1.1rem" mb={4}>
        {w.title}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {data === undefined || data.length > 0 ? w.hint : w.none}
      </Text>
      <Stack gap="md">
        {data?.map((row) => (
          <Row key={row.topic} cameraId={cameraId} row={row} />
        ))}
      </Stack>
    </Paper>
  );
}

function Row({ cameraId, row }: { cameraId: string; row: EventStyleView }) {
  const may = useMay();
  const client = useQueryClient();
  const set = useMutation({
    mutationFn: (style: EventStyleView['style'] | null) =>
      setEventStyle(cameraId, { topic: row.topic, style }),
    onSuccess: (rows) => {
      client.setQueryData(eventStyles(cameraId).queryKey, rows);
      tellDone(w.set);
    },
    onError: (error: unknown) => tellFailure(error),
  });
  return (
    <div data-style-of={row.topic}>
      <Code style={{ overflowWrap: 'anywhere' }}>{row.topic}</Code>
      <Group gap={8} mt={4}>
        <Badge variant="light" tt="none" color={row.style === 'on-off' ? 'leaf' : 'amber'}>
          {w.styles[row.style]}
        </Badge>
        <Text size="xs" c="dimmed" className="numbers">
          {row.isSet ? w.byHand : w.since(clockAndDay(row.learnedSince))} · {w.told(row.ons, row.offs)}
        </Text>
      </Group>
      {may('cameras.manage') ? (
        <Select
          mt={6}
          size="xs"
          maw={320}
          aria-label={w.choose(row.topic)}
          allowDeselect={false}
          disabled={set.isPending}
          value={row.isSet ? row.style : learned}
          data={[
            { value: learned, label: w.learn(w.styles[row.learned]) },
            ...Object.entries(w.styles).map(([value, label]) => ({ value, label })),
          ]}
          onChange={(value) =>
            set.mutate(value === learned || value === null ? null : (value as EventStyleView['style']))
          }
        />
      ) : null}
    </div>
  );
}
