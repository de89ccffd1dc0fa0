import { Anchor, Badge, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { recorders } from '../../api/devices.ts';
import css from '../../parts/lines.module.css';
import { words } from '../../words/words.ts';
import { stateColors } from './state-colors.ts';

const w = words.recorders;

/** The recorders, each with how many of its channels are points; nothing where there are none. */
export function Recorders() {
  const { data = [] } = useQuery(recorders);
  if (data.length === 0) return null;
  return (
    <section style={{ marginBottom: 24 }}>
      <Title order={2} fz="1.1rem">
        {w.title}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {w.listHint}
      </Text>
      <div className={css.rows}>
        {data.map((one) => (
          <article key={one.id} className={css.row}>
            <div className={css.grow}>
              <Anchor component={Link} to={`/cameras/recorders/${one.id}`} fw={600} c="inherit">
                {one.name === '' ? w.unnamed : one.name}
              </Anchor>
              <Text size="xs" c="dimmed">
                {one.address}
              </Text>
            </div>
            <Text size="sm" c="dimmed">
              {one.channels.length === 0
                ? null
                : w.channelsOf(
                    one.channels.filter(({ camera }) => camera !== null).length,
                    one.channels.length,
                  )}
            </Text>
            <Badge
              color={stateColors[one.state]}
              variant={one.state === 'subscribed' ? 'filled' : 'light'}
              tt="none"
            >
              {words.cameras.states[one.state]}
            </Badge>
          </article>
        ))}
      </div>
    </section>
  );
}
