import { Button, Modal, NumberInput, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { addLoudspeaker, changeLoudspeaker } from '../../api/devices.ts';
import type { LoudspeakerRequest, LoudspeakerView } from '../../api/devices.ts';
import { required, useSend } from '../../parts/form.ts';
import { FailureNote } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { VillageField } from '../../parts/village-field.tsx';
import { words } from '../../words/words.ts';

const w = words.loudspeakers;

/** The volume is set on the pole's own page, where the pole's answer stands beside it. */
interface Values extends Omit<LoudspeakerRequest, 'latitude' | 'longitude' | 'volume'> {
  latitude: number | string;
  longitude: number | string;
}

const valuesOf = (pole: LoudspeakerView | undefined): Values => ({
  kind: pole?.kind ?? 'pole',
  name: pole?.name ?? '',
  villageId: pole?.villageId ?? '',
  place: pole?.place ?? '',
  latitude: pole?.latitude ?? '',
  longitude: pole?.longitude ?? '',
  horns: pole?.horns ?? 2,
  offsetMs: pole?.offsetMs ?? 0,
});
const numberOrNull = (value: number | string): number | null => (typeof value === 'number' ? value : null);

/** Adds a pole, or changes `pole`. */
export function PoleForm(props: { opened: boolean; onClose: () => void; pole?: LoudspeakerView }) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.pole === undefined ? w.add : w.editTitle}
      size="lg"
    >
      {props.opened ? <Fields pole={props.pole} onClose={props.onClose} /> : null}
    </Modal>
  );
}

function Fields({ pole, onClose }: { pole: LoudspeakerView | undefined; onClose: () => void }) {
  const client = useQueryClient();
  const form = useForm<Values>({
    initialValues: valuesOf(pole),
    validate: { name: required, villageId: required },
  });
  const send = useSend(
    form,
    (values: Values) => {
      const request: Omit<LoudspeakerRequest, 'volume'> = {
        ...values,
        latitude: numberOrNull(values.latitude),
        longitude: numberOrNull(values.longitude),
      };
      return pole === undefined ? addLoudspeaker(request) : changeLoudspeaker(pole.id, request);
    },
    async () => {
      tellDone(words.common.saved);
      onClose();
      await Promise.all(
        ['loudspeakers', 'loudspeaker', 'today'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      );
    },
  );
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate>
      <Stack>
        <TextInput label={w.name} placeholder={w.nameExample} size="md" {...form.getInputProps('name')} />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <VillageField form={form} />
          {form.values.kind === 'desk' ? null : (
            <NumberInput label={w.horns} size="md" min={1} max={8} {...form.getInputProps('horns')} />
          )}
        </SimpleGrid>
        <Select
          label={w.kind}
          size="md"
          allowDeselect={false}
          description={form.values.kind === 'desk' ? w.deskClaim : undefined}
          data={[
            { value: 'pole', label: w.kinds.pole },
            { value: 'desk', label: w.kinds.desk },
          ]}
          {...form.getInputProps('kind')}
        />
        <TextInput label={w.place} size="md" {...form.getInputProps('place')} />
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <NumberInput
            label={w.latitude}
            size="md"
            decimalScale={6}
            hideControls
            {...form.getInputProps('latitude')}
          />
          <NumberInput
            label={w.longitude}
            size="md"
            decimalScale={6}
            hideControls
            {...form.getInputProps('longitude')}
          />
          <NumberInput
            label={w.offset}
            size="md"
            min={0}
            max={30_000}
            step={50}
            {...form.getInputProps('offsetMs')}
          />
        </SimpleGrid>
        <Text size="xs" c="dimmed" mt={-8}>
          {w.offsetHint}
        </Text>
        <FailureNote error={send.error} />
        <Button type="submit" size="md" loading={send.isPending}>
          {words.common.save}
        </Button>
      </Stack>
    </form>
  );
}
