import { Badge, Button, Center, Group, Select, Switch, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconEyeCheck } from '@tabler/icons-react';
import { Link, useSearchParams } from 'react-router';
import { cameras as camerasQuery, eventPage, eventPageLength } from '../../api/devices.ts';
import type { CameraEventView, EventFilter } from '../../api/devices.ts';
import { useLive } from '../../live/live.tsx';
import { EventPicture } from '../../parts/event-picture.tsx';
import { OutagesNow } from '../../parts/outages-now.tsx';
import { Asked, Empty, PageHead } from '../../parts/states.tsx';
import { useMay } from '../../shell/session.tsx';
import { clockExact, date } from '../../time/format.ts';
import { causeSentence } from '../../words/cause-words.ts';
import { kindName } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import css from './events.module.css';
import { useMarkSeen } from './mark-seen.ts';

const w = words.events;

export default function EventsPage() {
  const live = useLive();
  const [search, setSearch] = useSearchParams();
  const filter: EventFilter = {
    cameraId: search.get('camera'),
    kind: search.get('kind'),
    unseen: search.has('unseen'),
  };
  const query = useInfiniteQuery({
    queryKey: ['camera-events', 'pages', filter],
    queryFn: ({ pageParam }) => eventPage(filter, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.length < eventPageLength ? null : (page.at(-1)?.id ?? null)),
    placeholderData: (before) => before,
  });
  const isFiltered = filter.cameraId !== null || filter.kind !== null || filter.unseen;
  return (
    <>
      <PageHead title={w.title} hint={live === 'live' ? w.newOnes : undefined} />
      <OutagesNow />
      <Filters
        filter={filter}
        onChange={(name, value) => {
          const next = new URLSearchParams(search);
          if (value === null) next.delete(name);
          else next.set(name, value);
          setSearch(next, { replace: true });
        }}
      />
      <Asked query={query}>
        {({ pages }) => {
          const events = pages.flat();
          if (events.length === 0) {
            return (
              <Empty
                icon={<IconEyeCheck size={44} stroke={1.4} />}
                title={isFiltered ? w.emptyFilter : w.empty}
                hint={isFiltered ? undefined : w.emptyHint}
              >
                {isFiltered ? (
                  <Button variant="default" mt="xs" onClick={() => setSearch({}, { replace: true })}>
                    {words.common.unfilter}
                  </Button>
                ) : null}
              </Empty>
            );
          }
          return (
            <>
              <div className={css.grid}>
                {events.map((event) => (
                  <EventCard key={event.id} event={event} />
                ))}
              </div>
              {query.hasNextPage ? (
                <Center mt="lg">
                  <Button
                    variant="default"
                    size="md"
                    loading={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    {words.common.more}
                  </Button>
                </Center>
              ) : null}
            </>
          );
        }}
      </Asked>
    </>
  );
}

function Filters(props: { filter: EventFilter; onChange: (name: string, value: string | null) => void }) {
  const may = useMay();
  const { data: cameras = [] } = useQuery({ ...camerasQuery, enabled: may('cameras.read') });
  return (
    <Group mb="lg" gap="sm">
      <Select
        aria-label={w.filterCamera}
        placeholder={w.everyCamera}
        clearable
        searchable
        data={cameras.map(({ id, name }) => ({ value: id, label: name }))}
        value={props.filter.cameraId}
        onChange={(value) => props.onChange('camera', value)}
        style={{ flex: '1 1 180px' }}
        maw={{ xs: 280 }}
      />
      <Select
        aria-label={w.filterKind}
        placeholder={w.everyKind}
        clearable
        data={Object.entries(w.kinds).map(([value, label]) => ({ value, label }))}
        value={props.filter.kind}
        onChange={(value) => props.onChange('kind', value)}
        style={{ flex: '1 1 160px' }}
        maw={{ xs: 280 }}
      />
      <Switch
        label={w.filterUnseen}
        checked={props.filter.unseen}
        onChange={(event) => props.onChange('unseen', event.currentTarget.checked ? '1' : null)}
      />
    </Group>
  );
}

function EventCard({ event }: { event: CameraEventView }) {
  const may = useMay();
  const seen = useMarkSeen(event.id);
  return (
    <article className={css.card} data-unseen={event.seenAt === null ? '' : undefined} data-event={event.id}>
      <Link to={`/events/${event.id}`} className="plain-link">
        <div className={css.picture}>
          <EventPicture event={event} />
        </div>
        <div className={css.words}>
          <Group gap={8} justify="space-between" align="flex-start" wrap="nowrap">
            <Text fw={600} lh={1.3}>
              {kindName(event.kind)}
            </Text>
            {event.state === 'open' ? (
              <Badge color="amber.4" variant="filled" autoContrast tt="none" style={{ flexShrink: 0 }}>
                {w.states.open}
              </Badge>
            ) : null}
          </Group>
          <Text size="sm">{event.pointName}</Text>
          {event.detected === null ? null : (
            <Text size="xs" c="amber.9" lh={1.4}>
              <b>{words.detectors.badge}</b>:{' '}
              {words.detectors.says(event.detected.model, words.detectors.percent(event.detected.score))}
            </Text>
          )}
          {causeSentence(event) === '' ? null : (
            <Text size="xs" lh={1.4}>
              {causeSentence(event)}
            </Text>
          )}
          <Text size="xs" c="dimmed" className="numbers">
            {clockExact(event.receivedAt)} · {date(event.receivedAt)} · {event.villageName}
            {/* Begin and end are two; more is a storm, told of once. */}
            {event.noticeCount > 2 ? ` · ${w.told(event.noticeCount)}` : ''}
          </Text>
        </div>
      </Link>
      <div className={css.foot}>
        {event.seenAt !== null ? (
          <Text size="xs" c="dimmed">
            {w.seenBy(event.seenByName ?? words.common.unknown, clockExact(event.seenAt))}
          </Text>
        ) : may('events.review') ? (
          <Button size="xs" variant="light" fullWidth loading={seen.isPending} onClick={() => seen.mutate()}>
            {w.markSeen}
          </Button>
        ) : (
          <Text size="xs" fw={600}>
            {w.unseen}
          </Text>
        )}
      </div>
    </article>
  );
}
