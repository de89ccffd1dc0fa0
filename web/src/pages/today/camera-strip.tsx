import { Anchor, Badge, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconEyeCheck, IconPhoto } from '@tabler/icons-react';
import { Link } from 'react-router';
import { latestEvents, unseenEvents } from '../../api/devices.ts';
import { KindIcon } from '../../parts/kind-icon.tsx';
import { Asked, Waiting } from '../../parts/states.tsx';
import { clockAndDay } from '../../time/format.ts';
import { kindName } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import css from './today.module.css';

/**
 * What the cameras told of late. Without their pictures: those are personal data, each look at one stands in the
 * journal, and whoever opens Today has not looked at anybody yet.
 */
export function CameraStrip() {
  const query = useQuery(latestEvents);
  const { data: unseen = 0 } = useQuery(unseenEvents);
  return (
    <section aria-label={words.today.cameras}>
      <div className={css.panelHead}>
        <IconEyeCheck size={20} aria-hidden />
        <Title order={2} fz="1.05rem" style={{ flex: 1 }}>
          {words.today.cameras}
        </Title>
        {unseen > 0 ? (
          <Badge color="amber.4" variant="filled" autoContrast tt="none">
            {words.today.unseen(unseen)}
          </Badge>
        ) : null}
        <Anchor component={Link} to="/events" size="sm">
          {words.common.all}
        </Anchor>
      </div>
      <Asked query={query} waiting={<Waiting lines={1} height={120} />}>
        {(events) =>
          events.length === 0 ? (
            <Text size="sm" c="dimmed">
              {words.today.camerasEmpty}
            </Text>
          ) : (
            <div className={css.strip}>
              {events.map((event) => (
                <Link
                  key={event.id}
                  to={`/events/${event.id}`}
                  className={`plain-link ${css.shot ?? ''}`}
                  data-unseen={event.seenAt === null ? '' : undefined}
                >
                  <div className={css.shotKind}>
                    <KindIcon kind={event.kind} />
                    {event.pictureUrl === null ? null : (
                      <span className={css.shotPicture}>
                        <IconPhoto size={14} aria-hidden /> {words.events.hasPicture}
                      </span>
                    )}
                  </div>
                  <div className={css.shotWords}>
                    <Text size="sm" fw={600} lh={1.3} lineClamp={2}>
                      {kindName(event.kind)}
                    </Text>
                    <Text size="xs" c="dimmed" truncate>
                      {event.pointName}
                    </Text>
                    <Text size="xs" c="dimmed" className="numbers">
                      {clockAndDay(event.receivedAt)}
                      {event.seenAt === null ? ` · ${words.events.unseen.toLowerCase()}` : ''}
                    </Text>
                  </div>
                </Link>
              ))}
            </div>
          )
        }
      </Asked>
    </section>
  );
}
