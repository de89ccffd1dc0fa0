import { Button, Fieldset, Modal, NumberInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { addCamera, changeCamera } from '../../api/devices.ts';
import type { CameraView, NewCameraRequest } from '../../api/devices.ts';
import { required, useSend } from '../../parts/form.ts';
import { FailureNote } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { VillageField } from '../../parts/village-field.tsx';
import { words } from '../../words/words.ts';
import { AccessFields, LegalFields } from './fields.tsx';
import { KnownAt } from './twins.tsx';

const w = words.cameras;

const valuesOf = (camera: CameraView | undefined): NewCameraRequest => ({
  name: camera?.name ?? '',
  villageId: camera?.villageId ?? '',
  place: camera?.place ?? '',
  latitude: camera?.latitude ?? null,
  longitude: camera?.longitude ?? null,
  purpose: camera?.purpose ?? '',
  legalBasis: camera?.legalBasis ?? '',
  noticePosted: camera?.noticePosted ?? false,
  owner: camera?.owner ?? '',
  retentionDays: camera?.retentionDays ?? 30,
  direction: camera?.direction ?? '',
  conformity: camera?.conformity ?? '',
  recorder: camera?.recorder ?? '',
  recorderChannel: camera?.recorderChannel ?? '',
  recorderDays: camera?.recorderDays ?? null,
  address: camera?.address ?? '',
  username: camera?.username ?? '',
  password: '',
});

/** Adds a camera, or changes `camera`. */
export function CameraForm(props: { opened: boolean; onClose: () => void; camera?: CameraView }) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.camera === undefined ? w.add : w.editTitle}
      size="lg"
    >
      {props.opened ? <Fields camera={props.camera} onClose={props.onClose} /> : null}
    </Modal>
  );
}

function Fields({ camera, onClose }: { camera: CameraView | undefined; onClose: () => void }) {
  const client = useQueryClient();
  const isChannel = camera !== undefined && camera.channel !== null;
  const form = useForm<NewCameraRequest>({
    initialValues: valuesOf(camera),
    validate: {
      name: required,
      villageId: required,
      address: required,
      purpose: required,
      legalBasis: required,
      owner: required,
    },
  });
  const send = useSend(
    form,
    ({ password, ...values }: NewCameraRequest) => {
      if (camera === undefined) return addCamera({ ...values, password });
      if (isChannel) return changeCamera(camera.id, { ...values, address: undefined, username: undefined });
      return changeCamera(camera.id, password === '' ? values : { ...values, password });
    },
    async () => {
      tellDone(words.common.saved);
      onClose();
      await client.invalidateQueries({ queryKey: ['cameras'] });
    },
  );
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate autoComplete="off">
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={w.name} size="md" {...form.getInputProps('name')} />
          <VillageField form={form} />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={w.place} size="md" {...form.getInputProps('place')} />
          <TextInput
            label={w.direction}
            placeholder={w.directionExample}
            size="md"
            {...form.getInputProps('direction')}
          />
        </SimpleGrid>
        {isChannel ? (
          <Text size="sm" c="dimmed">
            {words.recorders.sharedAccess}
          </Text>
        ) : (
          <>
            <TextInput
              label={w.address}
              description={w.addressHint}
              size="md"
              autoCapitalize="none"
              {...form.getInputProps('address')}
            />
            {form.values.address === (camera?.address ?? '') ? null : (
              <KnownAt address={form.values.address} />
            )}
            <AccessFields form={form} keeps={camera !== undefined} />
          </>
        )}
        <Fieldset legend={w.legal}>
          <Stack>
            <LegalFields form={form} />
            <TextInput
              label={w.conformity}
              placeholder={w.conformityExample}
              size="md"
              {...form.getInputProps('conformity')}
            />
          </Stack>
        </Fieldset>
        <Fieldset legend={w.recording}>
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            <TextInput label={w.recorder} size="md" {...form.getInputProps('recorder')} />
            <TextInput label={w.recorderChannel} size="md" {...form.getInputProps('recorderChannel')} />
            <NumberInput
              label={w.recorderDays}
              size="md"
              min={1}
              max={3_650}
              value={form.values.recorderDays ?? ''}
              onChange={(value) =>
                form.setFieldValue('recorderDays', typeof value === 'number' ? value : null)
              }
              error={form.errors.recorderDays}
            />
          </SimpleGrid>
        </Fieldset>
        <FailureNote error={send.error} />
        <Button type="submit" size="md" loading={send.isPending}>
          {words.common.save}
        </Button>
      </Stack>
    </form>
  );
}
