import { Alert, Button, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { raiseEmergency } from '../../api/broadcasts.ts';
import type { EmergencyDraftView } from '../../api/broadcasts.ts';
import { LanguageTag, useLanguageName } from '../../parts/languages.tsx';
import { Player } from '../../parts/player.tsx';
import { FailureNote } from '../../parts/states.tsx';
import { targetOf, TargetField, TargetWords } from '../../parts/target-field.tsx';
import type { TargetDraft } from '../../parts/target-field.tsx';
import { tellDone } from '../../parts/tell.ts';
import { useNow } from '../../time/clock.ts';
import { clockAndDay } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import css from './emergency.module.css';

const w = words.emergency;
const options = (names: Record<string, string>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }));

/** A double space of a screen keyboard, or a mark typed apart from its letter, is not a different word. */
const plain = (typed: string): string => typed.normalize('NFC').trim().replace(/\s+/g, ' ');

export function ConfirmStep(props: {
  draft: EmergencyDraftView;
  target: TargetDraft;
  onTarget: (target: TargetDraft) => void;
  mayRetarget: boolean;
  onBack: () => void;
  /** Left out, it leads to Today. */
  onRaised?: () => void;
}) {
  const { draft } = props;
  const languageName = useLanguageName();
  const client = useQueryClient();
  const navigate = useNavigate();
  const now = useNow(10_000);
  const [typed, setTyped] = useState('');
  const [every, setEvery] = useState('120');
  const [minutes, setMinutes] = useState('30');
  const [reason, setReason] = useState('');
  const target = targetOf(props.target);
  const isConfirmed = plain(typed) === plain(draft.confirmation);
  const raise = useMutation({
    mutationFn: raiseEmergency,
    onSuccess: async () => {
      tellDone(w.raised);
      if (props.onRaised === undefined) await navigate('/today');
      else props.onRaised();
      // Behind it: with the database down they are tried again and again before they give up.
      for (const key of ['today', 'emergencies', 'safety'])
        void client.invalidateQueries({ queryKey: [key] });
    },
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isConfirmed || target === null) return;
        raise.mutate({
          draftId: draft.id,
          confirmation: plain(typed),
          target,
          everySeconds: Number(every),
          minutes: Number(minutes),
          reason: reason.trim(),
        });
      }}
    >
      <Stack>
        <Title order={2} fz="1.25rem">
          {draft.title}
        </Title>
        {draft.versions.map(({ language, mp3Url, seconds }) => (
          <div key={language}>
            {draft.versions.length > 1 ? <LanguageTag code={language} always /> : null}
            <Player
              src={mp3Url}
              seconds={seconds}
              color="red.6"
              label={draft.versions.length > 1 ? `${w.listen} (${languageName(language)})` : w.listen}
            />
          </div>
        ))}
        <Text size="sm" c="dimmed">
          {draft.versions.length > 1 ? w.eachItsOwn : w.onlyVietnamese}
        </Text>
        <div>
          <Text size="sm" c="dimmed" mb={4}>
            {w.spoken}
          </Text>
          <div className={css.spoken}>{draft.spoken}</div>
        </div>
        {draft.doubts > 0 ? <Alert color="amber">{w.doubts(draft.doubts)}</Alert> : null}
        {props.mayRetarget ? (
          <TargetField value={props.target} onChange={props.onTarget} color="red.6" />
        ) : (
          <Text fw={600}>
            {w.willSound(draft.poles)}
            {target === null ? null : (
              <>
                {': '}
                <TargetWords target={target} />
              </>
            )}
          </Text>
        )}
        <Group grow align="flex-start">
          <Select
            label={w.every}
            size="md"
            data={options(w.everyOptions)}
            value={every}
            onChange={(value) => setEvery(value ?? '120')}
            allowDeselect={false}
          />
          <Select
            label={w.minutes}
            size="md"
            data={options(w.minutesOptions)}
            value={minutes}
            onChange={(value) => setMinutes(value ?? '30')}
            allowDeselect={false}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            description={w.endsAt(clockAndDay(new Date(now + Number(minutes) * 60_000).toISOString()))}
          />
        </Group>
        <TextInput
          label={w.reason}
          placeholder={w.reasonHint}
          size="md"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <TextInput
          label={w.confirm(draft.confirmation)}
          size="lg"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={typed !== '' && !isConfirmed ? w.confirmWrong : null}
        />
        <FailureNote error={raise.error} />
        <Button
          type="submit"
          size="xl"
          px="sm"
          fz={{ base: 'lg', xs: 'xl' }}
          color="red.6"
          disabled={!isConfirmed || target === null}
          loading={raise.isPending}
          leftSection={<IconAlertTriangle size={26} />}
        >
          {w.raise}
        </Button>
        <Button variant="default" onClick={props.onBack}>
          {words.common.back}
        </Button>
      </Stack>
    </form>
  );
}
