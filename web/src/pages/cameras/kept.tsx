import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { KeptView } from '../../api/health.ts';
import { clockAndDay } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.cameraHealth.kept;

/** What the recorder says that it still has of a camera, and a plain word where that is less than it must. */
export function Kept({ kept }: { kept: KeptView | null }) {
  // What was never asked says nothing; nor does a camera that keeps nothing itself.
  if (kept === null || kept.result === 'none') return null;
  const fault = keptFault(kept);
  return (
    <div>
      <Text fw={600} size="sm" mb={4}>
        {w.title}
      </Text>
      {fault === null || kept.fault === 'young' ? null : (
        <Alert color="clay" icon={<IconAlertTriangle />} title={fault} mb={6} data-kept={kept.fault}>
          {w.hints[kept.fault ?? 'short']}
        </Alert>
      )}
      <Text size="sm" className="numbers">
        {kept.result !== 'ok'
          ? w.notAsked(words.cameraHealth.asked[kept.result])
          : [
              kept.from === null ? w.unknown : w.span(clockAndDay(kept.from), kept.days ?? 0),
              kept.fault === 'young' ? fault : w.needed(kept.neededDays),
              kept.of === 'device' ? w.ofDevice : '',
            ]
              .filter((part) => part !== '')
              .join(' · ')}
      </Text>
      <Text size="xs" c="dimmed">
        {[w.at(clockAndDay(kept.at)), kept.result !== 'ok' ? '' : kept.replay ? w.replay : w.noReplay]
          .filter((part) => part !== '')
          .join(' · ')}
      </Text>
    </div>
  );
}

/** In one sentence; null where nothing is wrong. */
export function keptFault({ fault, days, neededDays, until }: KeptView): string | null {
  switch (fault) {
    case null:
      return null;
    case 'empty':
      return w.empty;
    case 'stopped':
      return w.stopped(until === null ? '' : clockAndDay(until));
    case 'short':
      return w.short(days ?? 0, neededDays);
    case 'young':
      return w.young(neededDays);
  }
}
