import {
  Autocomplete,
  Button,
  Group,
  Modal,
  Paper,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { TimePicker } from '@mantine/dates';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconKey, IconPencil, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import {
  addVillage,
  changeCommune,
  changeVillage,
  commune as communeQuery,
  retireVillage,
  villages as villagesQuery,
} from '../../api/accounts.ts';
import type { CommuneView, VillageView } from '../../api/accounts.ts';
import { AskButton } from '../../parts/ask-button.tsx';
import { required, useSend } from '../../parts/form.ts';
import { LanguageOrder } from '../../parts/language-order.tsx';
import { useLanguageName } from '../../parts/languages.tsx';
import css from '../../parts/lines.module.css';
import { Asked, FailureNote, PageHead } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';
import { TunesField } from './tunes-field.tsx';
import { AirRulesFields } from './air-rules.tsx';
import { VoicesPanel } from './voices-panel.tsx';

const w = words.settings;

export default function SettingsPage() {
  const may = useMay();
  const query = useQuery(communeQuery);
  return (
    <>
      <PageHead title={w.title}>
        <Button component={Link} to="/signing-key" variant="default" leftSection={<IconKey size={18} />}>
          {words.signingKey.title}
        </Button>
      </PageHead>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Asked query={query}>{(commune) => <CommuneForm commune={commune} />}</Asked>
        <Stack gap="xl">
          {may('villages.manage') ? <Villages /> : null}
          {may('commune.manage') ? <VoicesPanel /> : null}
        </Stack>
      </SimpleGrid>
    </>
  );
}

function CommuneForm({ commune }: { commune: CommuneView }) {
  const client = useQueryClient();
  const form = useForm({
    initialValues: { name: commune.name, province: commune.province, ...commune.settings },
    validate: { name: required, quietFrom: required, quietUntil: required },
  });
  const send = useSend(
    form,
    (values: typeof form.values) =>
      changeCommune({
        ...values,
        quietFrom: values.quietFrom.slice(0, 5),
        quietUntil: values.quietUntil.slice(0, 5),
      }),
    async () => {
      form.resetDirty();
      tellDone(words.common.saved);
      await Promise.all(['commune', 'session'].map((key) => client.invalidateQueries({ queryKey: [key] })));
    },
  );
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate>
      <Paper p="lg">
        <Stack>
          <Title order={2} fz="1.1rem">
            {w.commune}
          </Title>
          <TextInput label={w.name} size="md" {...form.getInputProps('name')} />
          <TextInput label={w.province} size="md" {...form.getInputProps('province')} />
          <div>
            <Text fw={600}>{w.quiet}</Text>
            <Text size="sm" c="dimmed">
              {w.quietHint}
            </Text>
          </div>
          <SimpleGrid cols={2}>
            <TimePicker label={w.quietFrom} size="md" format="24h" {...form.getInputProps('quietFrom')} />
            <TimePicker label={w.quietUntil} size="md" format="24h" {...form.getInputProps('quietUntil')} />
          </SimpleGrid>
          <TunesField form={form} />
          <Switch
            size="md"
            label={w.onePerson}
            description={w.onePersonHint}
            {...form.getInputProps('onePerson', { type: 'checkbox' })}
          />
          <Select
            size="md"
            label={w.readingProfile}
            description={w.readingProfileHint}
            allowDeselect={false}
            data={[
              { value: 'north', label: w.readingNorth },
              { value: 'south', label: w.readingSouth },
            ]}
            {...form.getInputProps('readingProfile')}
          />
          <AirRulesFields form={form} />
          <FailureNote error={send.error} />
          <Button type="submit" size="md" loading={send.isPending} disabled={!form.isDirty()}>
            {words.common.save}
          </Button>
        </Stack>
      </Paper>
    </form>
  );
}

function Villages() {
  const query = useQuery(villagesQuery);
  const [edited, setEdited] = useState<VillageView | 'new' | null>(null);
  return (
    <Paper p="lg">
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} fz="1.1rem">
          {w.villages}
        </Title>
        <Button
          variant="light"
          style={{ flex: 'none' }}
          leftSection={<IconPlus size={18} />}
          onClick={() => setEdited('new')}
        >
          {w.villageAdd}
        </Button>
      </Group>
      <Text size="sm" c="dimmed" mt={6} mb="xs">
        {w.villagesHint}
      </Text>
      <Asked query={query} empty={w.villagesEmpty}>
        {(villages) =>
          villages.map((village) => (
            <div key={village.id} className={css.line}>
              <div>
                <Text>{words.today.village(village.word, village.name)}</Text>
                <VillageLanguages village={village} />
              </div>
              <Button
                size="compact-sm"
                variant="subtle"
                leftSection={<IconPencil size={15} />}
                onClick={() => setEdited(village)}
              >
                {words.common.edit}
              </Button>
            </div>
          ))
        }
      </Asked>
      <Modal
        opened={edited !== null}
        onClose={() => setEdited(null)}
        title={edited === 'new' ? w.villageAdd : w.villageEdit}
      >
        {edited === null ? null : (
          <VillageForm village={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
        )}
      </Modal>
    </Paper>
  );
}

/** Nothing where it is Vietnamese alone, as in most communes. */
function VillageLanguages({ village }: { village: VillageView }) {
  const name = useLanguageName();
  if (village.languages.join() === 'vi') return null;
  return (
    <Text size="xs" c="dimmed">
      {words.languages.heard(village.languages.map(name))}
    </Text>
  );
}

function VillageForm({ village, onClose }: { village: VillageView | null; onClose: () => void }) {
  const client = useQueryClient();
  const form = useForm({
    initialValues: {
      word: village?.word ?? w.villageWords[0] ?? '',
      name: village?.name ?? '',
      languages: village?.languages ?? ['vi'],
    },
    validate: { word: required, name: required },
  });
  const done = async (sentence: string): Promise<void> => {
    tellDone(sentence);
    onClose();
    await Promise.all(
      ['villages', 'today', 'loudspeakers'].map((key) => client.invalidateQueries({ queryKey: [key] })),
    );
  };
  const send = useSend(
    form,
    (values: typeof form.values) =>
      village === null ? addVillage(values) : changeVillage(village.id, values),
    () => done(words.common.saved),
  );
  const retire = useMutation({
    mutationFn: () => (village === null ? Promise.resolve() : retireVillage(village.id)),
    onSuccess: () => done(w.villageRetired),
  });
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate>
      <Stack>
        <Group grow align="flex-start">
          <Autocomplete
            label={w.villageWord}
            size="md"
            data={w.villageWords}
            {...form.getInputProps('word')}
          />
          <TextInput label={w.villageName} size="md" data-autofocus {...form.getInputProps('name')} />
        </Group>
        <LanguageOrder
          value={form.values.languages}
          onChange={(languages) => form.setFieldValue('languages', languages)}
          error={form.errors['languages'] as string | undefined}
        />
        <FailureNote error={send.error ?? retire.error} />
        <Button type="submit" loading={send.isPending}>
          {words.common.save}
        </Button>
        {village === null ? null : (
          <AskButton
            label={w.villageRetire}
            question={w.villageRetireAsk}
            isPending={retire.isPending}
            onYes={() => retire.mutate()}
          />
        )}
      </Stack>
    </form>
  );
}
