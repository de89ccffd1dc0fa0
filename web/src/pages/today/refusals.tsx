import { Paper, Text, Title } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import type { PoleToday, TodayView } from '../../api/broadcasts.ts';
import { clockExact } from '../../time/format.ts';
import { refusalReason } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import css from './today.module.css';

/** What the poles refused to do, and why. */
export function Refusals(props: { refusals: TodayView['refusals']; poles: readonly PoleToday[] }) {
  const nameOf = (id: string): string =>
    props.poles.find((pole) => pole.id === id)?.name ?? words.common.unknown;
  return (
    <Paper p="md">
      <div className={css.panelHead}>
        <IconShieldCheck size={20} aria-hidden />
        <Title order={2} fz="1.05rem">
          {words.refusals.title}
        </Title>
      </div>
      <Text size="xs" c="dimmed" mb={4}>
        {props.refusals.length === 0 ? words.refusals.empty : words.refusals.hint}
      </Text>
      <div style={{ maxHeight: 340, overflowY: 'auto' }} aria-live="polite">
        {props.refusals.map((refusal) => (
          <div key={refusal.id} className={css.line} style={{ gridTemplateColumns: '66px minmax(0, 1fr)' }}>
            <span className={css.lineTime} style={{ fontSize: '0.85rem' }}>
              {clockExact(refusal.at)}
            </span>
            <div>
              <Text size="sm" fw={600} lh={1.35}>
                {nameOf(refusal.loudspeakerId)}
              </Text>
              <Text size="sm" lh={1.35}>
                {words.refusals.what[refusal.what]}: {refusalReason(refusal.reason)}
              </Text>
            </div>
          </div>
        ))}
      </div>
    </Paper>
  );
}
