import { ActionIcon, Group, Select, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { CommuneView } from '../../api/accounts.ts';
import { tuneUrl } from '../../api/announcements.ts';
import { tellRefused } from '../../parts/tell.ts';
import { words } from '../../words/words.ts';

const w = words.settings;

/** Not imported from the service, which gives types only: `satisfies` holds the two together. */
const choices = {
  routineTune: ['rising-chord', 'two-bells', 'pentatonic'],
  drillTune: ['three-knocks'],
  emergencyTune: ['two-tone', 'rising-siren'],
} as const satisfies {
  [K in 'routineTune' | 'drillTune' | 'emergencyTune']: readonly CommuneView['settings'][K][];
};
const fields = [
  ['routineTune', w.tuneOf.routine],
  ['drillTune', w.tuneOf.drill],
  ['emergencyTune', w.tuneOf.emergency],
] as const;

/** What opens each class of announcements, to be chosen by ear. */
export function TunesField<V extends CommuneView['settings']>({ form }: { form: UseFormReturnType<V> }) {
  const audio = useRef<HTMLAudioElement>(null);
  const [heard, setHeard] = useState<string | null>(null);
  const hear = (tune: string): void => {
    const element = audio.current;
    if (element === null) return;
    if (heard === tune) {
      element.pause();
      return;
    }
    element.src = tuneUrl(tune);
    setHeard(tune);
    element.play().catch(() => tellRefused(words.today.listenFailed));
  };
  return (
    <Stack gap="sm">
      <div>
        <Text fw={600}>{w.tunes}</Text>
        <Text size="sm" c="dimmed">
          {w.tunesHint}
        </Text>
      </div>
      <audio ref={audio} onPause={() => setHeard(null)} onEnded={() => setHeard(null)} />
      {fields.map(([field, label]) => {
        const tune = form.values[field];
        return (
          <Group key={field} align="flex-end" wrap="nowrap" gap="xs">
            <Select
              style={{ flex: 1 }}
              label={label}
              size="md"
              allowDeselect={false}
              data={choices[field].map((value) => ({ value, label: w.tuneNames[value] }))}
              {...form.getInputProps(field)}
            />
            <ActionIcon
              size={42}
              variant="light"
              aria-label={`${w.tuneHear}: ${label}`}
              onClick={() => hear(tune)}
            >
              {heard === tune ? <IconPlayerStopFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
            </ActionIcon>
          </Group>
        );
      })}
    </Stack>
  );
}
