import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCalendarPlus, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { Link, useSearchParams } from 'react-router';
import { week as weekQuery } from '../../api/broadcasts.ts';
import type { OccurrenceView } from '../../api/broadcasts.ts';
import { Collisions } from '../../parts/collisions.tsx';
import { OccurrenceChips } from '../../parts/occurrence-chips.tsx';
import { Asked, Empty, PageHead, Waiting } from '../../parts/states.tsx';
import { useMay } from '../../shell/session.tsx';
import { dayMonth, length, mondayOf, plainDate, plusDays, today } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import css from './week.module.css';

const w = words.week;

export default function WeekPage() {
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const asked = search.get('from');
  const from = mondayOf(asked !== null && /^\d{4}-\d\d-\d\d$/.test(asked) ? asked : today());
  const query = useQuery(weekQuery(from));
  const go = (monday: string) => setSearch({ from: monday }, { replace: true });
  return (
    <>
      <PageHead title={w.title} hint={w.range(plainDate(from), plainDate(plusDays(from, 6)))}>
        <Group gap="xs">
          <ActionIcon
            size={42}
            variant="default"
            aria-label={w.previous}
            onClick={() => go(plusDays(from, -7))}
          >
            <IconChevronLeft size={20} />
          </ActionIcon>
          <Button variant="default" size="md" h={42} onClick={() => go(mondayOf(today()))}>
            {w.thisWeek}
          </Button>
          <ActionIcon size={42} variant="default" aria-label={w.next} onClick={() => go(plusDays(from, 7))}>
            <IconChevronRight size={20} />
          </ActionIcon>
          {may('broadcasts.schedule') ? (
            <Button component={Link} to="/broadcasts/new" h={42} leftSection={<IconCalendarPlus size={18} />}>
              {w.new}
            </Button>
          ) : null}
        </Group>
      </PageHead>
      <Collisions />
      <Asked query={query} waiting={<Waiting lines={4} />}>
        {(occurrences) =>
          occurrences.length === 0 ? (
            <Empty
              icon={<IconCalendarPlus size={44} stroke={1.4} />}
              title={w.empty}
              hint={may('broadcasts.schedule') ? w.emptyHint : undefined}
            />
          ) : (
            <div className={css.week}>
              {words.time.weekdays.map((name, index) => (
                <Day key={name} name={name} date={plusDays(from, index)} occurrences={occurrences} />
              ))}
            </div>
          )
        }
      </Asked>
    </>
  );
}

function Day(props: { name: string; date: string; occurrences: readonly OccurrenceView[] }) {
  const isToday = props.date === today();
  const mine = props.occurrences.filter(({ localTime }) => localTime.startsWith(props.date));
  return (
    <section
      className={css.day}
      data-today={isToday ? '' : undefined}
      data-empty={mine.length === 0 ? '' : undefined}
    >
      <h2 className={css.dayName}>
        {props.name} <span className={css.dayDate}>{dayMonth(props.date)}</span>
      </h2>
      {mine.length === 0 ? (
        <Text size="xs" c="dimmed">
          {w.dayEmpty}
        </Text>
      ) : (
        mine.map((occurrence) => (
          <Link
            key={`${occurrence.broadcastId} ${occurrence.language} ${occurrence.at}`}
            to={`/broadcasts/${occurrence.broadcastId}`}
            className={`plain-link ${css.item ?? ''}`}
            data-priority={occurrence.priority}
            data-on-air={(occurrence.states.started ?? 0) > 0 ? '' : undefined}
          >
            <div className={css.time}>
              {occurrence.localTime.slice(11, 16)}
              <span className={css.length}>{length(occurrence.seconds)}</span>
            </div>
            <div className={css.title}>{occurrence.title}</div>
            <div className={css.chips}>
              <OccurrenceChips occurrence={occurrence} />
            </div>
          </Link>
        ))
      )}
    </section>
  );
}
