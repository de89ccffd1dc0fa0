import { Alert, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { openOutages } from '../api/devices.ts';
import type { CameraEventView } from '../api/devices.ts';
import { clock } from '../time/format.ts';
import { causeSentence } from '../words/cause-words.ts';
import { words } from '../words/words.ts';

/** What cannot be watched at this moment: a sentence for each cause, not one for each camera. */
export function OutagesNow() {
  const { data = [] } = useQuery(openOutages);
  const groups = new Map<string, CameraEventView>();
  for (const event of data) {
    if (event.cause === null || event.cause.cause === 'camera' || event.cause.cause === 'unknown') continue;
    // Those of one village and cause are one thing; who was judged with the most neighbours tells it best.
    const key = `${event.villageName} ${event.cause.cause}`;
    const told = groups.get(key)?.cause;
    const lost = event.cause.cameras + event.cause.poles;
    if (told == null || lost > told.cameras + told.poles) groups.set(key, event);
  }
  if (groups.size === 0) return null;
  // The whole commune's line, told by each village: one thing as well.
  const everywhere = [...groups.values()].flatMap(({ cause }) =>
    cause?.cause === 'commune-uplink' ? [cause] : [],
  );
  const isOne = everywhere.length > 1;
  return (
    <Stack gap="xs" mb="lg">
      {isOne ? (
        <Alert color="clay" icon={<IconPlugConnectedX />} data-outage="commune-uplink">
          {words.events.causes.everywhere(clock(everywhere.map(({ from }) => from).sort()[0] ?? ''), {
            villages: everywhere.length,
            cameras: everywhere.reduce((sum, { cameras }) => sum + cameras, 0),
            poles: everywhere.reduce((sum, { poles }) => sum + poles, 0),
          })}
        </Alert>
      ) : null}
      {[...groups]
        .filter(([, { cause }]) => !isOne || cause?.cause !== 'commune-uplink')
        .map(([key, event]) => (
          <Alert key={key} color="clay" icon={<IconPlugConnectedX />} data-outage={event.cause?.cause}>
            {causeSentence(event)}
          </Alert>
        ))}
    </Stack>
  );
}
