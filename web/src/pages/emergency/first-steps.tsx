import { Button, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { IconFileAlert, IconWaveSine } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { draftEmergency, prepared as preparedQuery } from '../../api/broadcasts.ts';
import type { EmergencyDraftView } from '../../api/broadcasts.ts';
import { required, useSend } from '../../parts/form.ts';
import { useLanguageName } from '../../parts/languages.tsx';
import { Asked, Empty, FailureNote } from '../../parts/states.tsx';
import { targetOf, TargetField } from '../../parts/target-field.tsx';
import type { TargetDraft } from '../../parts/target-field.tsx';
import { useMay } from '../../shell/session.tsx';
import { length } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.emergency;

export function WriteStep(props: {
  target: TargetDraft;
  onTarget: (target: TargetDraft) => void;
  onMade: (draft: EmergencyDraftView) => void;
}) {
  const form = useForm({
    initialValues: { title: '', text: '' },
    validate: { title: required, text: required },
  });
  const [targetMissing, setTargetMissing] = useState(false);
  const send = useSend(form, draftEmergency, props.onMade);
  const target = targetOf(props.target);
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((values) => {
        setTargetMissing(target === null);
        if (target !== null) send.mutate({ ...values, target });
      })}
    >
      <Stack>
        <TextInput
          label={w.fieldTitle}
          placeholder={w.fieldTitleExample}
          size="md"
          maxLength={200}
          {...form.getInputProps('title')}
        />
        <Textarea
          label={w.fieldText}
          description={w.fieldTextHint}
          autosize
          minRows={5}
          size="md"
          maxLength={5_000}
          {...form.getInputProps('text')}
        />
        <TargetField
          value={props.target}
          onChange={props.onTarget}
          color="red.6"
          error={targetMissing && target === null ? words.target.noneChosen : null}
        />
        <FailureNote error={send.error} />
        <Button
          type="submit"
          size="lg"
          color="red.6"
          variant="outline"
          loading={send.isPending}
          leftSection={<IconWaveSine size={20} />}
        >
          {w.make}
        </Button>
      </Stack>
    </form>
  );
}

export function PreparedStep({ onChosen }: { onChosen: (draft: EmergencyDraftView) => void }) {
  const may = useMay();
  const languageName = useLanguageName();
  const otherLanguages = ({ versions }: EmergencyDraftView): string[] =>
    versions.length > 1 ? [versions.map(({ language }) => languageName(language)).join(', ')] : [];
  const query = useQuery(preparedQuery);
  return (
    <Asked
      query={query}
      empty={
        <Empty
          icon={<IconFileAlert size={40} stroke={1.4} />}
          title={w.preparedEmpty}
          hint={w.preparedEmptyHint}
        >
          {may('announcements.write') ? (
            <Button component={Link} to="/announcements/new" variant="light" mt="xs">
              {words.announcements.new}
            </Button>
          ) : null}
        </Empty>
      }
    >
      {(drafts) => (
        <Stack gap="sm">
          {drafts.map((draft) => (
            <Button
              key={draft.id}
              variant="default"
              h="auto"
              py="sm"
              justify="flex-start"
              onClick={() => onChosen(draft)}
              styles={{ label: { whiteSpace: 'normal', textAlign: 'left' } }}
            >
              <span>
                <Text component="span" fw={600} display="block">
                  {draft.title}
                </Text>
                <Text component="span" size="xs" c="dimmed" fw={400} lineClamp={2}>
                  {[length(draft.seconds), ...otherLanguages(draft), draft.spoken].join(' · ')}
                </Text>
              </span>
            </Button>
          ))}
        </Stack>
      )}
    </Asked>
  );
}
