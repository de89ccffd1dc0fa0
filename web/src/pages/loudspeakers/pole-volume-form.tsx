import { Button, Fieldset, Group, Modal, NumberInput, SimpleGrid, Stack, Text } from '@mantine/core';
import { TimePicker } from '@mantine/dates';
import { useForm } from '@mantine/form';
import type { UseFormReturnType } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { changeLoudspeaker } from '../../api/devices.ts';
import type { LoudspeakerDetailView, VolumeHours } from '../../api/devices.ts';
import { useSend } from '../../parts/form.ts';
import { FailureNote } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { words } from '../../words/words.ts';
import { volumeKinds } from './volume-table.tsx';

const w = words.volume;
/** The service takes so many. */
const mostHours = 12;
const night: VolumeHours = {
  ...{ from: '21:00', until: '05:00' },
  volume: { regular: 30, priority: 40, emergency: 100 },
};

interface Values {
  volume: LoudspeakerDetailView['volume'];
  hours: VolumeHours[];
  emergencyFloor: number;
}
type Form = UseFormReturnType<Values>;

export function PoleVolumeForm(props: { opened: boolean; onClose: () => void; pole: LoudspeakerDetailView }) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={w.edit} size="lg">
      {props.opened ? <Fields pole={props.pole} onClose={props.onClose} /> : null}
    </Modal>
  );
}

function Fields({ pole, onClose }: { pole: LoudspeakerDetailView; onClose: () => void }) {
  const client = useQueryClient();
  const { hours, emergencyFloor } = pole.settings;
  const form: Form = useForm<Values>({
    initialValues: structuredClone({ volume: pole.volume, hours, emergencyFloor }),
    validate: {
      hours: {
        from: (from) => (isTime(from) ? null : w.wrongTime),
        until: (until, { hours: all }, path) => {
          if (!isTime(until)) return w.wrongTime;
          return all[Number(path.split('.')[1])]?.from === until ? w.sameTime : null;
        },
      },
    },
  });
  const send = useSend(
    form,
    ({ volume, hours: bands, emergencyFloor: floor }: Values) =>
      changeLoudspeaker(pole.id, { volume, volumeHours: bands, emergencyFloor: floor }),
    async () => {
      tellDone(w.sent);
      onClose();
      await client.invalidateQueries({ queryKey: ['loudspeaker', pole.id] });
    },
  );
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate>
      <Stack>
        <Text size="sm" c="dimmed">
          {w.hint}
        </Text>
        {form.values.hours.map((band, index) => (
          <Fieldset key={form.key(`hours.${index}`)} legend={w.band(index + 1)}>
            <Group align="flex-start" gap="sm" mb="sm">
              <TimePicker
                label={w.from}
                size="md"
                format="24h"
                aria-label={w.from}
                {...form.getInputProps(`hours.${index}.from`)}
                value={band.from}
              />
              <TimePicker
                label={w.until}
                size="md"
                format="24h"
                aria-label={w.until}
                {...form.getInputProps(`hours.${index}.until`)}
                value={band.until}
              />
            </Group>
            <Volumes form={form} path={`hours.${index}.volume`} />
            <Button
              mt="xs"
              size="xs"
              variant="subtle"
              color="clay"
              leftSection={<IconTrash size={16} />}
              onClick={() => form.removeListItem('hours', index)}
            >
              {w.remove}
            </Button>
          </Fieldset>
        ))}
        {form.values.hours.length < mostHours ? (
          <Button
            variant="default"
            leftSection={<IconPlus size={18} />}
            onClick={() => form.insertListItem('hours', structuredClone(night))}
          >
            {w.add}
          </Button>
        ) : null}
        <Fieldset legend={form.values.hours.length === 0 ? w.allDay : w.otherHours}>
          <Volumes form={form} path="volume" leastEmergency={60} />
        </Fieldset>
        <NumberInput
          label={w.floor}
          size="md"
          maw={260}
          suffix=" %"
          min={60}
          max={100}
          step={5}
          allowDecimal={false}
          {...form.getInputProps('emergencyFloor')}
        />
        <FailureNote error={send.error} />
        <Button type="submit" size="md" loading={send.isPending}>
          {words.common.save}
        </Button>
      </Stack>
    </form>
  );
}

function Volumes({ form, path, leastEmergency = 0 }: { form: Form; path: string; leastEmergency?: number }) {
  return (
    <SimpleGrid cols={3} spacing="xs" style={{ alignItems: 'end' }}>
      {volumeKinds.map((kind) => (
        <NumberInput
          key={kind}
          label={w.kinds[kind]}
          size="md"
          suffix=" %"
          min={kind === 'emergency' ? leastEmergency : 0}
          max={100}
          step={5}
          allowDecimal={false}
          hideControls
          styles={{ label: { fontSize: '0.8rem', lineHeight: 1.25 } }}
          {...form.getInputProps(`${path}.${kind}`)}
        />
      ))}
    </SimpleGrid>
  );
}

const isTime = (text: string): boolean => /^\d\d:\d\d$/.test(text);
