import { Button, Group, Paper, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconFileText, IconPencilPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { announcementPage, pageLength } from '../../api/announcements.ts';
import type { AnnouncementLineView, AnnouncementState } from '../../api/announcements.ts';
import { AnnouncementChip, PriorityChip } from '../../parts/chips.tsx';
import { Asked, Empty, PageHead } from '../../parts/states.tsx';
import { useMay } from '../../shell/session.tsx';
import { useNow } from '../../time/clock.ts';
import { ago, length } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import css from './announcements.module.css';

const w = words.announcements;
const states = Object.keys(w.states) as AnnouncementState[];

export default function AnnouncementsPage() {
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const state = states.find((one) => one === search.get('state')) ?? null;
  const [typed, setTyped] = useState('');
  const [sought] = useDebouncedValue(typed.trim(), 300);
  const query = useInfiniteQuery({
    queryKey: ['announcements', 'pages', state, sought],
    queryFn: ({ pageParam }) => announcementPage({ state, words: sought }, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => {
      const last = page.at(-1);
      return page.length < pageLength || last === undefined ? null : `${last.updatedAt}|${last.id}`;
    },
    placeholderData: (before) => before,
  });
  return (
    <>
      <PageHead title={w.title}>
        {may('announcements.write') ? (
          <Button component={Link} to="/announcements/new" leftSection={<IconPencilPlus size={18} />}>
            {w.new}
          </Button>
        ) : null}
      </PageHead>
      <Group mb="md" gap="sm" grow preventGrowOverflow={false}>
        <TextInput
          aria-label={w.search}
          placeholder={w.search}
          leftSection={<IconSearch size={18} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          maw={{ base: '100%', xs: 420 }}
          miw={200}
        />
        <Select
          aria-label={w.allStates}
          placeholder={w.allStates}
          data={states.map((value) => ({ value, label: w.states[value] }))}
          value={state}
          onChange={(value) => setSearch(value === null ? {} : { state: value }, { replace: true })}
          clearable
          maw={{ base: '100%', xs: 220 }}
          miw={150}
        />
      </Group>
      <Asked query={query}>
        {({ pages }) => {
          const lines = pages.flat();
          if (lines.length === 0) {
            const isFiltered = state !== null || sought !== '';
            return (
              <Empty
                icon={<IconFileText size={44} stroke={1.4} />}
                title={isFiltered ? w.emptyFilter : w.empty}
                hint={isFiltered ? undefined : w.emptyHint}
              >
                {isFiltered ? (
                  <Button
                    variant="default"
                    mt="xs"
                    onClick={() => {
                      setTyped('');
                      setSearch({}, { replace: true });
                    }}
                  >
                    {words.common.unfilter}
                  </Button>
                ) : null}
              </Empty>
            );
          }
          return (
            <Stack gap={8}>
              {lines.map((line) => (
                <Line key={line.id} line={line} />
              ))}
              {query.hasNextPage ? (
                <Button
                  variant="default"
                  loading={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {words.common.more}
                </Button>
              ) : null}
            </Stack>
          );
        }}
      </Asked>
    </>
  );
}

function Line({ line }: { line: AnnouncementLineView }) {
  const now = useNow(30_000);
  return (
    <Paper component={Link} to={`/announcements/${line.id}`} className={`plain-link ${css.row ?? ''}`}>
      <div style={{ flex: '1 1 260px', minWidth: 0 }}>
        <Text fw={600} lh={1.35}>
          {line.title}
        </Text>
        <Text size="xs" c="dimmed">
          {w.by(line.authorName)} · {w.updated(ago(line.updatedAt, now))} ·{' '}
          {line.seconds === null ? w.noSound : length(line.seconds)}
        </Text>
      </div>
      <Group gap={6}>
        {line.prepared ? (
          <Text size="xs" fw={600} c="red.7">
            {w.prepared}
          </Text>
        ) : null}
        {line.priority === 'regular' ? null : <PriorityChip priority={line.priority} />}
        <AnnouncementChip state={line.state} />
      </Group>
    </Paper>
  );
}
