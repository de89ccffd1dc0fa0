import { Anchor, Modal, Paper, ScrollArea, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { poleLogs } from '../../api/devices.ts';
import type { PoleLogView } from '../../api/devices.ts';
import css from '../../parts/lines.module.css';
import { Asked } from '../../parts/states.tsx';
import { clockAndDay, local } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.poleLogs;

/** What the box at a pole wrote down, as often as a technician fetched it. */
export function PoleLogs({ poleId }: { poleId: string }) {
  const query = useQuery(poleLogs(poleId));
  const [shown, setShown] = useState<PoleLogView | null>(null);
  return (
    <Paper p="md" component="section" aria-label={w.title}>
      <Text fw={600}>{w.title}</Text>
      <Text size="xs" c="dimmed" mb={4}>
        {w.hint}
      </Text>
      <Asked query={query} empty={w.none}>
        {(logs) =>
          logs.map((log) => (
            <div key={log.id} className={css.line}>
              <Anchor component="button" size="sm" ta="left" onClick={() => setShown(log)}>
                {w.open(clockAndDay(log.receivedAt))}
              </Anchor>
              <Text size="xs" c="dimmed" className="numbers">
                {w.lines(linesOf(log.text).length)}
              </Text>
            </div>
          ))
        }
      </Asked>
      <Modal opened={shown !== null} onClose={() => setShown(null)} title={w.title} size="xl">
        {shown === null ? null : <Lines text={shown.text} />}
      </Modal>
    </Paper>
  );
}

function Lines({ text }: { text: string }) {
  const lines = linesOf(text).reverse();
  if (lines.length === 0) return <Text size="sm">{w.empty}</Text>;
  return (
    <>
      <Text size="xs" c="dimmed" mb={6}>
        {w.newest}
      </Text>
      <ScrollArea.Autosize mah="65vh" type="auto">
        {lines.map((line, index) => (
          <Text
            key={index}
            size="xs"
            className="numbers"
            py={3}
            style={{ borderTop: '1px solid var(--line)', overflowWrap: 'anywhere' }}
          >
            <strong>{line.when}</strong> {line.what}
          </Text>
        ))}
      </ScrollArea.Autosize>
    </>
  );
}

interface LogLine {
  readonly when: string;
  readonly what: string;
}

function linesOf(text: string): LogLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(lineOf);
}

const ofNoInterest = new Set(['level', 'pid', 'hostname', 'name']);

/** pino's line of JSON for people; anything else as it stands. */
function lineOf(line: string): LogLine {
  try {
    const { time, msg, ...facts } = JSON.parse(line) as Record<string, unknown>;
    const more = Object.entries(facts)
      .filter(([key]) => !ofNoInterest.has(key))
      .map(([key, value]) => `${key}=${plain(value)}`);
    const when = typeof time === 'number' ? local(time).format('HH:mm:ss DD/MM') : '';
    return { when, what: [plain(msg), ...more].join('  ') };
  } catch {
    return { when: '', what: line };
  }
}

function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}
