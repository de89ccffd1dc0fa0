import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { addRecorder, changeRecorder } from '../../api/devices.ts';
import type { NewRecorderRequest, RecorderView } from '../../api/devices.ts';
import { required, useSend } from '../../parts/form.ts';
import { FailureNote } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { words } from '../../words/words.ts';
import { AccessFields } from './fields.tsx';
import { KnownAt } from './twins.tsx';

const w = words.recorders;

/** Adds a recorder, or changes `recorder`: what all its channels are reached by. */
export function RecorderForm(props: {
  opened: boolean;
  onClose: () => void;
  recorder?: RecorderView;
  onAdded?: (recorder: RecorderView) => void;
}) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.recorder === undefined ? w.add : w.edit}
      size="lg"
    >
      {props.opened ? <Fields {...props} /> : null}
    </Modal>
  );
}

function Fields({ recorder, onClose, onAdded }: Parameters<typeof RecorderForm>[0]) {
  const client = useQueryClient();
  const form = useForm<NewRecorderRequest>({
    initialValues: {
      name: recorder?.name ?? '',
      address: recorder?.address ?? '',
      username: recorder?.username ?? '',
      password: '',
    },
    validate: { name: required, address: required },
  });
  const send = useSend(
    form,
    ({ password, ...values }: NewRecorderRequest) => {
      if (recorder === undefined) return addRecorder({ ...values, password });
      return changeRecorder(recorder.id, password === '' ? values : { ...values, password });
    },
    async (saved) => {
      tellDone(words.common.saved);
      onClose();
      await client.invalidateQueries({ queryKey: ['cameras'] });
      onAdded?.(saved);
    },
  );
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate autoComplete="off">
      <Stack>
        {recorder === undefined ? (
          <Text size="sm" c="dimmed">
            {w.addHint}
          </Text>
        ) : null}
        <TextInput label={w.name} placeholder={w.nameExample} size="md" {...form.getInputProps('name')} />
        <TextInput
          label={w.address}
          description={words.cameras.addressHint}
          size="md"
          autoCapitalize="none"
          {...form.getInputProps('address')}
        />
        {form.values.address === (recorder?.address ?? '') ? null : <KnownAt address={form.values.address} />}
        <AccessFields form={form} keeps={recorder !== undefined} />
        <FailureNote error={send.error} />
        <Button type="submit" size="md" loading={send.isPending}>
          {words.common.save}
        </Button>
      </Stack>
    </form>
  );
}
