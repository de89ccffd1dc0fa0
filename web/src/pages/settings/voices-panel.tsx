import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  Group,
  Paper,
  Progress,
  Select,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { IconPlayerPlayFilled, IconPlayerStopFilled, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { chooseVoices, lookForVoices, sampleUrl, voices as voicesQuery } from '../../api/voices.ts';
import type { OfferedVoiceView, VoicesView } from '../../api/voices.ts';
import css from '../../parts/lines.module.css';
import { Asked } from '../../parts/states.tsx';
import { tellDone, tellFailure, tellRefused } from '../../parts/tell.ts';
import { clock } from '../../time/format.ts';
import { codeSentence } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';

const w = words.voices;

/** Which voices there are, which of them speak here, what they sound like, and what the paid ones have cost. */
export function VoicesPanel() {
  const query = useQuery(voicesQuery);
  return (
    <Paper p="lg">
      <Title order={2} fz="1.1rem">
        {w.title}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {w.hint}
      </Text>
      <Asked query={query}>{(view) => <Voices view={view} />}</Asked>
    </Paper>
  );
}

function Voices({ view }: { view: VoicesView }) {
  const client = useQueryClient();
  const keep = (answer: VoicesView): void => {
    client.setQueryData(voicesQuery.queryKey, answer);
    void client.invalidateQueries({ queryKey: ['voice'] });
  };
  const choose = useMutation({
    mutationFn: chooseVoices,
    onSuccess: (answer) => {
      keep(answer);
      tellDone(words.common.saved);
    },
    onError: (error) => tellFailure(error),
  });
  const look = useMutation({
    mutationFn: lookForVoices,
    onSuccess: keep,
    onError: (error) => tellFailure(error),
  });
  const nameOf = (key: string): string => {
    const voice = view.voices.find((each) => each.key === key);
    return voice === undefined ? w.gone(key) : labelOf(voice);
  };
  return (
    <Stack>
      {(['routine', 'emergency'] as const).map((kind) => (
        <Select
          key={kind}
          label={w.kinds[kind]}
          size="md"
          styles={{ input: { textOverflow: 'ellipsis' } }}
          allowDeselect={false}
          disabled={choose.isPending}
          value={view[kind].chosen ?? ''}
          data={[
            { value: '', label: w.bySettings(nameOf(view[kind].inForce), view[kind].chosen === null) },
            ...optionsOf(view, view[kind].chosen),
          ]}
          onChange={(key) => choose.mutate({ [kind]: key === null || key === '' ? null : key })}
        />
      ))}
      {view.usage === null ? null : <Usage usage={view.usage} />}
      {view.googleFault === null ? null : (
        <Alert color="amber">{w.googleFault(codeSentence(view.googleFault))}</Alert>
      )}
      <VoiceList view={view} />
      {view.models.map(({ name, code, about }) => (
        <Alert key={name} color="amber" title={w.unfit(name)}>
          {codeSentence(code)} ({about})
        </Alert>
      ))}
      <Group justify="space-between" align="flex-start">
        <Text size="xs" c="dimmed" style={{ flex: '1 1 220px', overflowWrap: 'anywhere' }}>
          {w.directory(view.voicesDirectory)}
        </Text>
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={look.isPending}
          onClick={() => look.mutate()}
        >
          {w.look}
        </Button>
      </Group>
    </Stack>
  );
}

/** A chosen voice that is gone stays to be seen. */
function optionsOf(view: VoicesView, chosen: string | null): { value: string; label: string }[] {
  const options = view.voices.map((voice) => ({ value: voice.key, label: labelOf(voice) }));
  const isGone = chosen !== null && view.voices.every(({ key }) => key !== chosen);
  return isGone ? [...options, { value: chosen, label: w.gone(chosen) }] : options;
}

function labelOf({ key, name, gender }: OfferedVoiceView): string {
  const known = w.names[key] ?? name;
  return gender === null ? known : `${known} · ${w.genders[gender]}`;
}

function Usage({ usage }: { usage: NonNullable<VoicesView['usage']> }) {
  const color = usage.state === 'free' ? 'leaf' : usage.state === 'near' ? 'amber' : 'clay';
  const meter = (label: string, used: number, of: number) => (
    <div>
      <Text size="sm" className="numbers">
        {label}: {of === 0 ? w.usedNoLimit(used) : w.used(used, of)}
      </Text>
      {of === 0 ? null : (
        <Progress
          value={Math.min(100, (used / of) * 100)}
          color={color}
          size="lg"
          radius="xl"
          aria-label={label}
        />
      )}
    </div>
  );
  return (
    <Stack gap="xs">
      {meter(w.today, usage.today, usage.perDay)}
      {meter(w.month, usage.month, usage.perMonth)}
      {usage.state === 'free' ? null : <Alert color={color}>{w.budget[usage.state]}</Alert>}
    </Stack>
  );
}

function VoiceList({ view }: { view: VoicesView }) {
  const client = useQueryClient();
  const audio = useRef<HTMLAudioElement>(null);
  const [heard, setHeard] = useState<string | null>(null);
  const hear = (key: string): void => {
    const element = audio.current;
    if (element === null) return;
    if (heard === key) {
      element.pause();
      return;
    }
    element.src = sampleUrl(key);
    setHeard(key);
    element.play().catch(() => {
      setHeard(null);
      tellRefused(words.today.listenFailed);
      // Why it would not speak stands in the list.
      void client.invalidateQueries({ queryKey: voicesQuery.queryKey });
    });
  };
  return (
    <div>
      <audio ref={audio} onPause={() => setHeard(null)} onEnded={() => setHeard(null)} />
      {view.voices.map((voice) => (
        <div key={voice.key} className={css.line} style={{ flexWrap: 'nowrap' }}>
          <div style={{ minWidth: 0 }}>
            <Group gap={6}>
              <Text style={{ overflowWrap: 'anywhere' }}>{labelOf(voice)}</Text>
              {voice.key === view.routine.inForce ? <Badge color="leaf">{w.inUse.routine}</Badge> : null}
              {voice.key === view.emergency.inForce ? <Badge color="clay">{w.inUse.emergency}</Badge> : null}
            </Group>
            <Text size="xs" c="dimmed">
              {voice.limits
                .map((limit) => words.voice.limits[limit] ?? words.voice.limitOther(limit))
                .join(' ')}
            </Text>
            {voice.rest === null ? null : (
              <Text size="xs" c="clay.8">
                {w.rests(codeSentence(voice.rest.code), clock(voice.rest.until))}
              </Text>
            )}
          </div>
          <ActionIcon
            size={42}
            variant="light"
            style={{ flex: 'none' }}
            aria-label={`${words.settings.tuneHear}: ${voice.name}`}
            onClick={() => hear(voice.key)}
          >
            {heard === voice.key ? <IconPlayerStopFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
          </ActionIcon>
        </div>
      ))}
    </div>
  );
}
