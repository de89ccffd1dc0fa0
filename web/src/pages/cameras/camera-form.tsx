import {
  Button,
  Checkbox,
  Fieldset,
  Modal,
  NumberInput,
  PasswordInput,
  Select,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { villages as villagesQuery } from '../../api/accounts.ts';
import { addCamera, changeCamera } from '../../api/devices.ts';
import type { CameraView, NewCameraRequest } from '../../api/devices.ts';
import { required, useSend } from '../../parts/form.ts';
import { FailureNote } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { words } from '../../words/words.ts';

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
  const { data: villages = [] } = useQuery(villagesQuery);
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
          <Select
            label={w.village}
            size="md"
            searchable
            data={villages.map(({ id, word, name }) => ({
              value: id,
              label: words.today.village(word, name),
            }))}
            {...form.getInputProps('villageId')}
          />
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
        <TextInput
          label={w.address}
          description={w.addressHint}
          size="md"
          autoCapitalize="none"
          {...form.getInputProps('address')}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            label={w.username}
            size="md"
            autoCapitalize="none"
            autoComplete="off"
            {...form.getInputProps('username')}
          />
          <PasswordInput
            label={w.password}
            placeholder={camera === undefined ? '' : w.passwordKeep}
            size="md"
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
        </SimpleGrid>
        <Fieldset legend={w.legal}>
          <Stack>
            <TextInput
              label={w.purpose}
              placeholder={w.purposeExample}
              size="md"
              {...form.getInputProps('purpose')}
            />
            <TextInput
              label={w.legalBasis}
              placeholder={w.legalBasisExample}
              size="md"
              {...form.getInputProps('legalBasis')}
            />
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <TextInput label={w.owner} size="md" {...form.getInputProps('owner')} />
              <NumberInput
                label={w.retention}
                size="md"
                min={1}
                max={3_650}
                {...form.getInputProps('retentionDays')}
              />
            </SimpleGrid>
            <TextInput
              label={w.conformity}
              placeholder={w.conformityExample}
              size="md"
              {...form.getInputProps('conformity')}
            />
            <Checkbox
              label={w.noticePosted}
              size="md"
              {...form.getInputProps('noticePosted', { type: 'checkbox' })}
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
