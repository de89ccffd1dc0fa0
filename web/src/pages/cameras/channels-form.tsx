import { Button, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { addChannels } from '../../api/devices.ts';
import type { RecorderView } from '../../api/devices.ts';
import { required, useSend } from '../../parts/form.ts';
import { FailureNote } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { VillageField } from '../../parts/village-field.tsx';
import { words } from '../../words/words.ts';
import { LegalFields } from './fields.tsx';
import { nothingMore } from './found-form.tsx';
import { Glimpse } from './glimpse.tsx';
import type { Glimpsed } from './use-glimpses.ts';

const w = words.recorders;

interface Values {
  /** By the channel's token. */
  names: Record<string, string>;
  villageId: string;
  purpose: string;
  legalBasis: string;
  owner: string;
  retentionDays: number;
  noticePosted: boolean;
}

type Channel = RecorderView['channels'][number];

/** Registers the chosen channels together: a name each, the rest in common; what differs is filled in afterwards. */
export function ChannelsForm(props: {
  recorder: RecorderView;
  chosen: readonly Channel[];
  glimpses: ReadonlyMap<string, Glimpsed>;
  onDone: () => void;
}) {
  const { recorder, chosen, glimpses, onDone } = props;
  const client = useQueryClient();
  const form = useForm<Values>({
    initialValues: {
      ...{ names: {}, villageId: '', purpose: '', legalBasis: '', owner: '' },
      ...{ retentionDays: 30, noticePosted: false },
    },
    validate: { villageId: required, purpose: required, legalBasis: required, owner: required },
  });
  const nameOf = ({ channel, name, number }: Channel): string =>
    form.values.names[channel] ?? (name === '' ? w.channel(number, name) : name);
  const send = useSend(
    form,
    ({ names: _, ...common }: Values) =>
      addChannels(recorder.id, {
        channels: chosen.map((one) => ({
          ...{ ...nothingMore, ...common, channel: one.channel, name: nameOf(one).slice(0, 100) },
          ...{ recorder: recorder.name, recorderChannel: one.number === null ? '' : String(one.number) },
        })),
      }),
    async (added) => {
      tellDone(w.registered(added.length));
      onDone();
      await client.invalidateQueries({ queryKey: ['cameras'] });
    },
  );
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate autoComplete="off">
      <Stack>
        {chosen.map((one) => (
          <Group key={one.channel} align="flex-end">
            <Glimpse of={glimpses.get(one.channel)} name={w.channel(one.number, one.name)} />
            <TextInput
              label={w.pointName(w.channel(one.number, one.name))}
              size="md"
              required
              style={{ flex: '1 1 220px' }}
              value={nameOf(one)}
              error={nameOf(one).trim() === '' ? words.setUp.required : null}
              onChange={(event) => {
                const { value } = event.currentTarget;
                form.setFieldValue('names', { ...form.values.names, [one.channel]: value });
              }}
            />
          </Group>
        ))}
        <Fieldset legend={w.common(chosen.length)}>
          <Stack>
            <Text size="sm" c="dimmed">
              {w.registerHint}
            </Text>
            <VillageField form={form} />
            <LegalFields form={form} />
          </Stack>
        </Fieldset>
        <FailureNote error={send.error} />
        <Button type="submit" size="md" loading={send.isPending}>
          {w.register(chosen.length)}
        </Button>
      </Stack>
    </form>
  );
}
