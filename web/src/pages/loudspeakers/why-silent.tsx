import { Paper, SimpleGrid, Text } from '@mantine/core';
import { DateInput, TimePicker } from '@mantine/dates';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { silence } from '../../api/broadcasts.ts';
import type { LoudspeakerView } from '../../api/devices.ts';
import { Asked } from '../../parts/states.tsx';
import { clockExact, dateTime, instantOf, local, today } from '../../time/format.ts';
import { serverNow } from '../../time/clock.ts';
import { silenceSentence } from '../../words/silence-sentence.ts';
import { words } from '../../words/words.ts';

const w = words.silence;
const times = { exact: clockExact, withDay: dateTime };

/** Somebody in the village says that it was silent: asked by date and time, answered by the log in one sentence. */
export function WhySilent({ pole }: { pole: Pick<LoudspeakerView, 'id' | 'kind'> }) {
  const [day, setDay] = useState<string | null>(today());
  const [time, setTime] = useState(local(serverNow()).format('HH:mm:ss'));
  const isAsked = day !== null && /^\d\d:\d\d:\d\d$/.test(time);
  return (
    <Paper p="md">
      <Text fw={600}>{w.title}</Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} my="xs">
        <DateInput label={w.day} valueFormat="DD/MM/YYYY" value={day} onChange={setDay} />
        <TimePicker label={w.time} format="24h" withSeconds value={time} onChange={setTime} />
      </SimpleGrid>
      {isAsked ? <Answer pole={pole} at={instantOf(day, time)} /> : null}
    </Paper>
  );
}

function Answer({ pole, at }: { pole: Pick<LoudspeakerView, 'id' | 'kind'>; at: string }) {
  const query = useQuery(silence(pole.id, at));
  return (
    <Asked query={query}>
      {(view) => <Text role="status">{silenceSentence(view, pole.kind === 'desk', times)}</Text>}
    </Asked>
  );
}
