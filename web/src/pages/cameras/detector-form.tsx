import {
  Button,
  Checkbox,
  Fieldset,
  Modal,
  NumberInput,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { cameras } from '../../api/devices.ts';
import type { CameraView } from '../../api/devices.ts';
import { addDetector, changeDetector } from '../../api/detectors.ts';
import type { DetectorKeyView, DetectorView, NewDetectorRequest } from '../../api/detectors.ts';
import { required, useSend } from '../../parts/form.ts';
import { Asked, FailureNote } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { words } from '../../words/words.ts';

const w = words.detectors;

interface FormProps {
  opened: boolean;
  onClose: () => void;
  /** Left out: a new one. */
  detector?: DetectorView;
  onMade?: (made: DetectorKeyView) => void;
}

export function DetectorForm(props: FormProps) {
  const query = useQuery({ ...cameras, enabled: props.opened });
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.detector === undefined ? w.add : w.edit}
      size="lg"
    >
      {props.opened ? (
        <Asked query={query}>
          {(list) => (list.length === 0 ? <Text>{w.noCameras}</Text> : <Fields {...props} cameras={list} />)}
        </Asked>
      ) : null}
    </Modal>
  );
}

interface Values extends Omit<NewDetectorRequest, 'watched'> {
  /** Point → the detector's name of it; only those that it may speak for. */
  watched: Record<string, string>;
}

function Fields({ detector, cameras: list, onClose, onMade }: FormProps & { cameras: CameraView[] }) {
  const client = useQueryClient();
  const form = useForm<Values>({
    initialValues: {
      name: detector?.name ?? '',
      form: detector?.form ?? 'frigate',
      modelName: detector?.modelName ?? 'Frigate',
      modelVersion: detector?.modelVersion ?? '',
      silentAfterMinutes: detector?.silentAfterMinutes ?? 5,
      watched: Object.fromEntries((detector?.watched ?? []).map(({ pointId, name }) => [pointId, name])),
    },
    validate: {
      name: required,
      modelName: required,
      watched: (watched, { form: kind }) => {
        const names = Object.values(watched);
        if (names.length === 0) return w.chooseOne;
        return kind === 'frigate' && names.some((name) => name.trim() === '') ? w.nameNeeded : null;
      },
    },
  });
  const send = useSend(
    form,
    async ({ form: kind, watched, ...rest }: Values): Promise<DetectorKeyView | null> => {
      const request = {
        ...rest,
        watched: Object.entries(watched).map(([pointId, name]) => ({ pointId, name })),
      };
      if (detector === undefined) return addDetector({ ...request, form: kind });
      await changeDetector(detector.id, request);
      return null;
    },
    async (made) => {
      if (made === null) tellDone(w.saved);
      else onMade?.(made);
      onClose();
      await client.invalidateQueries({ queryKey: ['detectors'] });
    },
  );
  const { watched } = form.values;
  const toggle = (pointId: string, isOn: boolean): void => {
    const others = Object.fromEntries(Object.entries(watched).filter(([id]) => id !== pointId));
    form.setFieldValue('watched', isOn ? { ...others, [pointId]: '' } : others);
  };
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate>
      <Stack>
        <TextInput
          label={w.name}
          placeholder={w.nameExample}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <div>
          <Text size="sm" fw={500} mb={4}>
            {w.form}
          </Text>
          <SegmentedControl
            aria-label={w.form}
            fullWidth
            orientation="vertical"
            disabled={detector !== undefined}
            data={Object.entries(w.forms).map(([value, label]) => ({ value, label }))}
            {...form.getInputProps('form')}
          />
          {detector === undefined ? null : (
            <Text size="xs" c="dimmed" mt={4}>
              {w.formFixed}
            </Text>
          )}
        </div>
        <TextInput label={w.modelName} description={w.modelHint} {...form.getInputProps('modelName')} />
        <TextInput label={w.modelVersion} {...form.getInputProps('modelVersion')} />
        <NumberInput
          label={w.silentAfter}
          description={w.silentAfterHint}
          min={1}
          max={10_080}
          allowDecimal={false}
          {...form.getInputProps('silentAfterMinutes')}
        />
        <Fieldset legend={w.cameras}>
          <Text size="xs" c="dimmed" mb="xs">
            {w.camerasHint}
          </Text>
          <Stack gap="xs">
            {list.map(({ pointId, name, number }) => (
              <div key={pointId}>
                <Checkbox
                  label={`${name} (${w.numbered(number)})`}
                  checked={watched[pointId] !== undefined}
                  onChange={(event) => toggle(pointId, event.currentTarget.checked)}
                />
                {watched[pointId] === undefined ? null : (
                  <TextInput
                    mt={6}
                    ml={30}
                    aria-label={w.ownName(name)}
                    placeholder={w.ownNameExample}
                    value={watched[pointId]}
                    onChange={(event) =>
                      form.setFieldValue('watched', { ...watched, [pointId]: event.currentTarget.value })
                    }
                  />
                )}
              </div>
            ))}
          </Stack>
          {form.errors.watched === undefined ? null : (
            <Text size="sm" c="clay.7" mt="xs" role="alert">
              {form.errors.watched}
            </Text>
          )}
        </Fieldset>
        <FailureNote error={send.error} />
        <Button type="submit" loading={send.isPending}>
          {detector === undefined ? words.common.add : words.common.save}
        </Button>
      </Stack>
    </form>
  );
}
