import { Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { ahead } from '../../api/broadcasts.ts';
import type { ForeseenView } from '../../api/broadcasts.ts';
import { PriorityChip } from '../../parts/chips.tsx';
import css from '../../parts/lines.module.css';
import { Asked } from '../../parts/states.tsx';
import { clock, clockExact, local, today, weekdayDate } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.ahead;

/** The next seven days of one pole, as it will decide them itself. */
export function PoleAhead({ poleId, hasBox }: { poleId: string; hasBox: boolean }) {
  const [from] = useState(() => new Date().toISOString());
  const query = useQuery(ahead(poleId, from));
  return (
    <Paper p="md">
      <Text fw={600}>{w.title}</Text>
      <Text size="xs" c="dimmed" mb={6}>
        {hasBox ? w.hint : w.hintNoBox}
      </Text>
      <Asked query={query}>
        {(lines) => (lines.length === 0 ? <Text size="sm">{w.empty}</Text> : <Days lines={lines} />)}
      </Asked>
    </Paper>
  );
}

const dayOf = (at: string): string => local(at).format('YYYY-MM-DD');

function Days({ lines }: { lines: readonly ForeseenView[] }) {
  const days = [...new Set(lines.map(({ nominalAt }) => dayOf(nominalAt)))];
  return days.map((day) => (
    <div key={day}>
      <Text size="sm" fw={600} mt="sm">
        {day === today() ? words.today.title : weekdayDate(day)}
      </Text>
      {lines
        .filter(({ nominalAt }) => dayOf(nominalAt) === day)
        .map((line) => (
          <Line key={line.airingId} line={line} />
        ))}
    </div>
  ));
}

function Line({ line }: { line: ForeseenView }) {
  const { parts, nominalAt, title, priority, outcome, reason, waitsFor, broadcastId } = line;
  const notes = [
    parts.length > 1 ? w.parts(parts.map(({ at, endAt }) => `${clockExact(at)}–${clockExact(endAt)}`)) : null,
    waitsFor === null ? null : w.waitsFor(waitsFor),
    outcome === 'missed' ? w.missed(words.airingReasons[reason ?? ''] ?? '') : null,
    outcome === 'cut' ? w.cut : null,
  ].filter((note) => note !== null);
  return (
    <div className={css.line}>
      <div style={{ minWidth: 0 }}>
        <Text size="sm">
          <span className="numbers">{clock(parts[0]?.at ?? nominalAt)}</span>{' '}
          {priority === 'emergency' ? title : <Link to={`/broadcasts/${broadcastId}`}>{title}</Link>}
        </Text>
        {notes.map((note) => (
          <Text key={note} size="xs" c="clay.8">
            {note}
          </Text>
        ))}
      </div>
      {priority === 'regular' ? null : <PriorityChip priority={priority} />}
    </div>
  );
}
