import { Alert, Anchor, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { affected } from '../../api/lexicon.ts';
import type { LexiconEntryRequest } from '../../api/lexicon.ts';
import { AnnouncementChip } from '../../parts/chips.tsx';
import { FailureNote } from '../../parts/states.tsx';
import { words } from '../../words/words.ts';

const w = words.lexicon;

/** Which stored announcements would be said otherwise: seen before anything is kept. */
export function AffectedList({ entry, id }: { entry: LexiconEntryRequest | null; id?: string | undefined }) {
  const query = useQuery(affected(entry, id));
  const { data, error } = query;
  if (error !== null) return <FailureNote error={error} />;
  if (data === undefined) return <Loader size="sm" aria-label={words.common.loading} />;
  return (
    <Alert
      color={data.count === 0 ? 'gray' : 'amber'}
      title={data.count === 0 ? w.affectsNone : w.affects(data.count, data.more)}
      role="status"
      aria-busy={query.isFetching}
    >
      {data.count === 0 ? null : (
        <Stack gap="xs" mah={260} style={{ overflowY: 'auto' }}>
          {data.announcements.map((one) => (
            <div key={one.id}>
              <Anchor
                component={Link}
                to={`/announcements/${one.id}`}
                target="_blank"
                c="inherit"
                fw={600}
                td="underline"
              >
                {one.title}
              </Anchor>{' '}
              <AnnouncementChip state={one.state} />
              <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {w.before} {one.before}
              </Text>
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {w.after} {one.after}
              </Text>
            </div>
          ))}
          {data.count > data.announcements.length ? (
            <Text size="sm">{w.affectsMore(data.count - data.announcements.length)}</Text>
          ) : null}
          <Text size="xs" c="dimmed">
            {w.recordingsStay}
          </Text>
        </Stack>
      )}
    </Alert>
  );
}
