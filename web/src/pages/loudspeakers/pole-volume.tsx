import { Alert, Button, Group, Paper, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconCircleCheck, IconClockHour4, IconPencil } from '@tabler/icons-react';
import type { LoudspeakerDetailView } from '../../api/devices.ts';
import { useMay } from '../../shell/session.tsx';
import { dateTime } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { PoleVolumeForm } from './pole-volume-form.tsx';
import { VolumeAhead } from './volume-ahead.tsx';
import { VolumeTable } from './volume-table.tsx';

const w = words.volume;

const looks = {
  untold: { color: 'gray', icon: <IconClockHour4 size={20} /> },
  waiting: { color: 'amber', icon: <IconClockHour4 size={20} /> },
  applied: { color: 'leaf', icon: <IconCircleCheck size={20} /> },
  differs: { color: 'clay', icon: <IconAlertTriangle size={20} /> },
  ahead: { color: 'amber', icon: <IconAlertTriangle size={20} /> },
} as const;

/** How loud a pole is to be, hour by hour, and what it says of that itself. */
export function PoleVolume({ pole }: { pole: LoudspeakerDetailView }) {
  const may = useMay();
  const [opened, { open, close }] = useDisclosure(false);
  const { hours, emergencyFloor, state, ahead, reportedAt, volumeNow, sounding } = pole.settings;
  const books = { volume: pole.volume, hours, emergencyFloor };
  return (
    <Paper p="md" component="section" aria-label={w.title}>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text fw={600}>{w.title}</Text>
        {may('loudspeakers.manage') ? (
          <Button size="xs" variant="default" leftSection={<IconPencil size={16} />} onClick={open}>
            {w.edit}
          </Button>
        ) : null}
      </Group>
      {state === 'ahead' ? (
        <Text size="sm" fw={600}>
          {w.ahead.books}
        </Text>
      ) : null}
      <VolumeTable loudness={books} />
      <Text size="xs" c="dimmed" mt={6}>
        {w.floorIs(emergencyFloor)}
      </Text>
      <Alert
        mt="sm"
        py="xs"
        variant="light"
        color={looks[state].color}
        icon={looks[state].icon}
        role="status"
        data-volume={state}
      >
        <Text size="sm" fw={600}>
          {w.states[state](reportedAt === null ? '' : dateTime(reportedAt))}
        </Text>
        {ahead === null ? null : <Text size="xs">{w.ahead.why}</Text>}
        {volumeNow === null || ahead?.settings != null ? null : (
          <Text size="xs">{w.told(volumeNow.regular, volumeNow.priority, volumeNow.emergency)}</Text>
        )}
        {sounding === null ? null : <Text size="xs">{w.sounding(sounding)}</Text>}
      </Alert>
      <VolumeAhead pole={pole} books={books} />
      <PoleVolumeForm opened={opened} onClose={close} pole={pole} />
    </Paper>
  );
}
