import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconMicrophone2 } from '@tabler/icons-react';
import { voice } from '../../api/announcements.ts';
import { words } from '../../words/words.ts';

/** Which voice speaks, and what it cannot do. */
export function VoiceNote() {
  const { data } = useQuery(voice);
  if (data === undefined) return null;
  const known = words.voices.names[data.key];
  return (
    <div style={{ display: 'flex', gap: 10 }}>
      <IconMicrophone2 size={20} aria-hidden style={{ flex: 'none', marginTop: 2 }} />
      <div>
        <Text size="sm">
          {words.voice.title}: <strong>{known ?? data.name}</strong>
          {known === undefined ? ` (${words.voice.engines[data.engine] ?? data.engine})` : null}
        </Text>
        {data.limits.map((limit) => (
          <Text key={limit} size="xs" c="dimmed">
            {words.voice.limits[limit] ?? words.voice.limitOther(limit)}
          </Text>
        ))}
      </div>
    </div>
  );
}
