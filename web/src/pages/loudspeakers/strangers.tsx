import { Anchor, Paper, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconShieldX } from '@tabler/icons-react';
import { Link } from 'react-router';
import { strangers as strangersQuery } from '../../api/devices.ts';
import type { StrangerView } from '../../api/devices.ts';
import css from '../../parts/lines.module.css';
import { FailureNote } from '../../parts/states.tsx';
import { useNow } from '../../time/clock.ts';
import { ago, dateTime } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.strangers;

/** Devices that were turned away: none of them was heard or played anything. Nothing where there are none. */
export function Strangers() {
  const { data, error } = useQuery(strangersQuery);
  const now = useNow(30_000);
  if (data === undefined) return <FailureNote error={error} />;
  if (data.strangers.length === 0) return null;
  return (
    <section style={{ marginTop: 36 }} aria-label={w.title}>
      <Title order={2} fz="1.15rem">
        {w.title}
      </Title>
      <Text size="sm" c="dimmed" maw={680} mb="sm">
        {w.hint}
      </Text>
      <Paper px="md" py={6}>
        {data.strangers.map((stranger) => (
          <Line
            key={`${stranger.address} ${stranger.reason} ${stranger.name}`}
            stranger={stranger}
            now={now}
          />
        ))}
      </Paper>
      {data.dropped > 0 ? (
        <Text size="xs" c="dimmed" mt={6}>
          {w.dropped(data.dropped)}
        </Text>
      ) : null}
    </section>
  );
}

function Line({ stranger, now }: { stranger: StrangerView; now: number }) {
  const { asset } = stranger;
  return (
    <div className={css.line} style={{ alignItems: 'flex-start', flexWrap: 'nowrap' }}>
      <IconShieldX size={22} color="var(--mantine-color-clay-6)" style={{ flex: 'none' }} aria-hidden />
      <div style={{ flex: 1, minWidth: 0 }}>
        <Text fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {stranger.manyNames ? w.manyNames : stranger.name === '' ? w.noName : stranger.name}
        </Text>
        <Text size="sm">
          {w.reasons[stranger.reason]}
          {asset?.kind === 'loudspeaker' ? (
            <>
              {' '}
              <Anchor component={Link} to={`/loudspeakers/${asset.id}`} size="sm">
                {w.itsPole}
              </Anchor>
            </>
          ) : null}
        </Text>
        <Text size="xs" c="dimmed" className="numbers">
          {w.from(stranger.address)} · {w.tries(stranger.tries)} · {w.last(ago(stranger.lastAt, now))}
          {stranger.tries > 1 ? ` · ${w.first(dateTime(stranger.firstAt))}` : ''}
        </Text>
      </div>
    </div>
  );
}
