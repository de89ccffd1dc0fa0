import { Alert, Button, Center, Paper, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { IconBook2, IconShieldCheck } from '@tabler/icons-react';
import { checkJournal, journalPage } from '../../api/accounts.ts';
import type { JournalLineView } from '../../api/accounts.ts';
import css from '../../parts/lines.module.css';
import { Asked, Empty, FailureNote, PageHead } from '../../parts/states.tsx';
import { clockExact, date } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.journal;
const pageLength = 50;

export default function JournalPage() {
  const query = useInfiniteQuery({
    queryKey: ['journal'],
    queryFn: ({ pageParam }) => journalPage(pageParam, pageLength),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.length < pageLength ? null : (page.at(-1)?.number ?? null)),
  });
  const check = useMutation({ mutationFn: checkJournal });
  return (
    <>
      <PageHead title={w.title} hint={w.hint}>
        <Button
          leftSection={<IconShieldCheck size={18} />}
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          {w.check}
        </Button>
      </PageHead>
      <FailureNote error={check.error} />
      {check.data === undefined ? null : check.data.firstFaultAt === null ? (
        <Alert color="leaf" mb="md" role="status" title={w.sound(check.data.lines)}>
          <Text size="xs" className="mono">
            {w.hash}: {check.data.lastHash}
          </Text>
        </Alert>
      ) : (
        <Alert color="clay" mb="md" role="alert" variant="filled" title={w.broken(check.data.firstFaultAt)}>
          {check.data.fault === null ? '' : w.faults[check.data.fault]}
        </Alert>
      )}
      <Asked query={query}>
        {({ pages }) => {
          const lines = pages.flat();
          return lines.length === 0 ? (
            <Empty icon={<IconBook2 size={44} stroke={1.4} />} title={w.empty} />
          ) : (
            <Paper p="md">
              {lines.map((line) => (
                <Line key={line.number} line={line} />
              ))}
              {query.hasNextPage ? (
                <Center mt="md">
                  <Button
                    variant="default"
                    loading={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    {words.common.more}
                  </Button>
                </Center>
              ) : null}
            </Paper>
          );
        }}
      </Asked>
    </>
  );
}

function Line({ line }: { line: JournalLineView }) {
  const facts = Object.entries(line.facts);
  return (
    <div className={css.line} style={{ alignItems: 'flex-start' }}>
      <div style={{ flex: '1 1 260px', minWidth: 0 }}>
        <Text size="sm" lh={1.4}>
          <strong>{line.actorId === null && line.actorName === '' ? w.system : line.actorName}</strong>{' '}
          {words.journalActions[line.action] ?? line.action}
        </Text>
        {line.wordsErased ? (
          <Text size="xs" c="dimmed" fs="italic">
            {w.erased}
          </Text>
        ) : null}
        {line.words === null ? null : (
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {line.words}
          </Text>
        )}
        {facts.length > 0 ? (
          <details>
            <summary className={css.more}>{w.details}</summary>
            <Text size="xs" className="mono">
              {JSON.stringify(line.facts)}
            </Text>
          </details>
        ) : null}
      </div>
      <Text size="xs" c="dimmed" className="numbers">
        {clockExact(line.at)} {date(line.at)} · {w.line(line.number)}
      </Text>
    </div>
  );
}
