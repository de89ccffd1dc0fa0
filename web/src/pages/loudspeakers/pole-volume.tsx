import { Alert, Button, Group, Paper, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconCircleCheck, IconClockHour4, IconPencil } from '@tabler/icons-react';
import type { LoudspeakerDetailView } from '../../api/devices.ts';
import { useMay } from '../../shell/session.tsx';
import { dateTime } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { PoleVolumeForm, volumeKinds } from './pole-volume-form.tsx';

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
  const { hours, emergencyFloor, state, reportedAt, volumeNow, sounding } = pole.settings;
  const rows = [
    ...hours.map(({ from, until, volume }) => ({ name: `${from}–${until}`, volume })),
    { name: hours.length === 0 ? w.allDay : w.otherHours, volume: pole.volume },
  ];
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
      <Table verticalSpacing={6} horizontalSpacing={6} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="34%">{w.hours}</Table.Th>
            {volumeKinds.map((kind) => (
              <Table.Th key={kind} ta="right" fz="xs">
                {w.kinds[kind]}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, volume }) => (
            <Table.Tr key={name}>
              <Table.Td className="numbers">{name}</Table.Td>
              {volumeKinds.map((kind) => (
                <Table.Td key={kind} ta="right" className="numbers">
                  {w.percent(kind === 'emergency' ? Math.max(volume[kind], emergencyFloor) : volume[kind])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
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
        {volumeNow === null ? null : (
          <Text size="xs">{w.told(volumeNow.regular, volumeNow.priority, volumeNow.emergency)}</Text>
        )}
        {sounding === null ? null : <Text size="xs">{w.sounding(sounding)}</Text>}
      </Alert>
      <PoleVolumeForm opened={opened} onClose={close} pole={pole} />
    </Paper>
  );
}
