import { Button, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus, IconSpeakerphone } from '@tabler/icons-react';
import { Link } from 'react-router';
import { todayQuery } from '../../api/broadcasts.ts';
import type { PoleToday, TodayView } from '../../api/broadcasts.ts';
import { Collisions } from '../../parts/collisions.tsx';
import { readiness } from '../../parts/readiness.ts';
import { Asked, Empty, PageHead, Waiting } from '../../parts/states.tsx';
import { useDatabaseDown } from '../../shell/lasting.ts';
import { useMay, useSession } from '../../shell/session.tsx';
import { useNow } from '../../time/clock.ts';
import { local, weekdayDate } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { CameraStrip } from './camera-strip.tsx';
import { Demonstration } from './demonstration.tsx';
import { EmergenciesPanel } from './emergencies-panel.tsx';
import { PoleCard } from './pole-card.tsx';
import { Refusals } from './refusals.tsx';
import { Safety } from './safety.tsx';
import { Timeline } from './timeline.tsx';
import css from './today.module.css';
import { VoiceNote } from './voice-note.tsx';

export default function TodayPage() {
  const query = useQuery(todayQuery);
  const may = useMay();
  const isDatabaseDown = useDatabaseDown();
  return (
    <>
      <PageHead title={words.today.title} hint={<Now today={query.data} />}>
        {may('broadcasts.schedule') && !isDatabaseDown ? (
          <Button component={Link} to="/broadcasts/new" leftSection={<IconPlus size={18} />}>
            {words.week.new}
          </Button>
        ) : null}
      </PageHead>
      {isDatabaseDown ? (
        <Safety />
      ) : (
        <Asked query={query} waiting={<Waiting lines={5} height={110} />}>
          {(today) => <Board today={today} />}
        </Asked>
      )}
    </>
  );
}

function Now({ today }: { today: TodayView | undefined }) {
  const now = local(useNow(1_000));
  const poles = today?.poles ?? [];
  const online = poles.filter((pole) => pole.now.link === 'online').length;
  const { ready, of } = readiness(poles);
  return (
    <span className="numbers">
      {weekdayDate(now.format('YYYY-MM-DD'))} · {now.format('HH:mm:ss')}
      {poles.length === 0 ? null : ` · ${words.today.polesOnline(online, poles.length)}`}
      {of === 0 ? null : ` · ${words.today.polesReady(ready, of)}`}
    </span>
  );
}

function Board({ today }: { today: TodayView }) {
  const { demonstration } = useSession();
  const may = useMay();
  return (
    <div className={css.board} data-many={today.poles.length > 12 ? '' : undefined}>
      <div className={css.wide}>
        <EmergenciesPanel emergencies={today.emergencies} />
        <Collisions onlyUndecided />
      </div>
      <section className={css.poles} aria-label={words.today.poles}>
        <Villages poles={today.poles} />
      </section>
      <aside className={css.aside}>
        <Timeline occurrences={today.occurrences} />
        {may('events.read') ? <CameraStrip /> : null}
        {demonstration ? <Demonstration poles={today.poles} brokerUp={today.brokerUp} /> : null}
        <Refusals refusals={today.refusals} poles={today.poles} />
        <VoiceNote />
      </aside>
    </div>
  );
}

function Villages({ poles }: { poles: readonly PoleToday[] }) {
  const may = useMay();
  if (poles.length === 0) {
    return (
      <Empty
        icon={<IconSpeakerphone size={44} stroke={1.4} />}
        title={words.today.noPoles}
        hint={words.today.noPolesHint}
      >
        {may('loudspeakers.manage') ? (
          <Button component={Link} to="/loudspeakers" variant="light" mt="xs">
            {words.loudspeakers.add}
          </Button>
        ) : null}
      </Empty>
    );
  }
  const villageIds = [...new Set(poles.map(({ villageId }) => villageId))];
  return (
    <Stack gap={26}>
      {villageIds.map((villageId) => {
        const some = poles.filter((pole) => pole.villageId === villageId);
        return (
          <div key={villageId}>
            <div className={css.villageHead}>
              <Title order={2} fz="1.05rem" className={css.villageName}>
                {some[0]?.villageName}
              </Title>
              <Text size="xs" c="dimmed">
                {words.today.polesCount(some.length)}
              </Text>
            </div>
            <SimpleGrid cols={{ base: 1, xs: 2, xl: 3 }} spacing="sm">
              {some.map((pole) => (
                <PoleCard key={pole.id} pole={pole} />
              ))}
            </SimpleGrid>
          </div>
        );
      })}
    </Stack>
  );
}
