import { Paper, Text, Title } from '@mantine/core';
import { IconCalendarWeek } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { OccurrenceView } from '../../api/broadcasts.ts';
import { OccurrenceChips } from '../../parts/occurrence-chips.tsx';
import { length, today } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import css from './today.module.css';

/** The day, from morning to night. */
export function Timeline({ occurrences }: { occurrences: readonly OccurrenceView[] }) {
  return (
    <Paper p="md">
      <div className={css.panelHead}>
        <IconCalendarWeek size={20} aria-hidden />
        <Title order={2} fz="1.05rem">
          {words.today.timeline}
        </Title>
      </div>
      {occurrences.length === 0 ? (
        <Text size="sm" c="dimmed">
          {words.today.timelineEmpty} {words.today.timelineHint}
        </Text>
      ) : (
        occurrences.map((occurrence) => (
          <Link
            key={`${occurrence.broadcastId} ${occurrence.language} ${occurrence.at}`}
            to={`/broadcasts/${occurrence.broadcastId}`}
            className={`plain-link ${css.line ?? ''}`}
            style={{ display: 'grid' }}
            data-on-air={(occurrence.states.started ?? 0) > 0 ? '' : undefined}
          >
            <span className={css.lineTime}>{occurrence.localTime.slice(11, 16)}</span>
            <div style={{ minWidth: 0 }}>
              <Text size="sm" fw={500} lh={1.35}>
                {occurrence.title}
              </Text>
              <Text size="xs" c="dimmed">
                {occurrence.localTime.startsWith(today()) ? null : `${words.today.yesterday} · `}
                {length(occurrence.seconds)} · {words.today.polesCount(occurrence.poles)}
              </Text>
              <div className={css.chips}>
                <OccurrenceChips occurrence={occurrence} />
              </div>
            </div>
          </Link>
        ))
      )}
    </Paper>
  );
}
