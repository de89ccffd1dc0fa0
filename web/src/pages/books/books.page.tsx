import { Button, Group, Paper, Select, SimpleGrid, Text } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconBook, IconDownload, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { book } from '../../api/books.ts';
import { hearings as hearingsQuery } from '../../api/broadcasts.ts';
import type { AiringView, HearingView } from '../../api/broadcasts.ts';
import { loudspeakers } from '../../api/devices.ts';
import { AiringLine } from '../../parts/airing-line.tsx';
import { shownState } from '../../parts/airing-states.ts';
import { AiringChip } from '../../parts/chips.tsx';
import { Columns } from '../../parts/columns.tsx';
import { lastHeard } from '../../parts/heard.ts';
import { useLanguageName } from '../../parts/languages.tsx';
import { Asked, Empty, PageHead } from '../../parts/states.tsx';
import { tellFailure } from '../../parts/tell.ts';
import { serverNow } from '../../time/clock.ts';
import {
  clockExact,
  dateTime,
  instantOf,
  length,
  lengthInWords,
  plainDate,
  plusDays,
  today,
} from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { inOrder, totalsOf } from './as-run.ts';
import type { BookPole } from './as-run.ts';
import { saveBook } from './save-book.ts';

const w = words.books;
/** On screen and paper until somebody asks for all; the files hold every line. */
const shownAtOnce = 200;

/** The as-run log of one pole or of all: planned against actual, to read, to save and to print. */
export default function BooksPage() {
  const [query, setQuery] = useSearchParams();
  const [from, setFrom] = useState<string | null>(today());
  const [until, setUntil] = useState<string | null>(today());
  const poleId = query.get('pole');
  const { data: poles = [] } = useQuery(loudspeakers);
  const filter =
    from === null || until === null || until < from
      ? null
      : {
          ...{ from: instantOf(from), until: instantOf(plusDays(until, 1)) },
          ...(poleId === null ? {} : { loudspeakerId: poleId }),
        };
  const lines = useQuery(book(filter));
  const { data: hearings = [] } = useQuery({
    ...hearingsQuery({ from: filter?.from ?? '', until: filter?.until ?? '' }),
    enabled: filter !== null,
  });
  const pole = poles.find(({ id }) => id === poleId);
  const period = from === null || until === null ? '' : w.period(plainDate(from), plainDate(until));
  const name = [w.file, pole === undefined ? w.fileAll : w.filePole(pole.number), from, until].join('-');
  return (
    <>
      <PageHead title={w.title} hint={w.hint}>
        <Saving name={name} airings={inOrder(lines.data ?? [], poles)} poles={poles} hearings={hearings} />
      </PageHead>
      <div className="only-print">
        <Text fw={700} size="lg">
          {w.title}: {pole?.name ?? w.allPoles}
        </Text>
        <Text>{period}</Text>
      </div>
      <Paper p="md" mb="md" className="no-print">
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <Select
            label={words.menu.loudspeakers}
            searchable
            clearable
            placeholder={w.allPoles}
            data={poles.map(({ id, name: label }) => ({ value: id, label }))}
            value={poleId}
            onChange={(id) => setQuery(id === null ? {} : { pole: id }, { replace: true })}
          />
          <DateInput label={words.time.from} valueFormat="DD/MM/YYYY" value={from} onChange={setFrom} />
          <DateInput
            label={w.until}
            valueFormat="DD/MM/YYYY"
            value={until}
            minDate={from ?? undefined}
            onChange={setUntil}
          />
        </SimpleGrid>
      </Paper>
      {filter === null ? (
        <Empty icon={<IconBook size={44} stroke={1.4} />} title={w.noPeriod} />
      ) : (
        <Asked
          query={lines}
          empty={<Empty icon={<IconBook size={44} stroke={1.4} />} title={w.empty} hint={period} />}
        >
          {(airings) => <Lines airings={inOrder(airings, poles)} poles={poles} hearings={hearings} />}
        </Asked>
      )}
    </>
  );
}

interface Shown {
  readonly airings: readonly AiringView[];
  readonly poles: readonly BookPole[];
  readonly hearings: readonly HearingView[];
}

function Saving(props: Shown & { readonly name: string }) {
  const languageName = useLanguageName();
  const save = useMutation({
    mutationFn: (kind: 'csv' | 'xlsx') => saveBook({ ...props, languageName }, kind),
    onError: (error) => tellFailure(error),
  });
  const isEmpty = props.airings.length === 0;
  return (
    <Group gap="xs">
      {(['xlsx', 'csv'] as const).map((kind) => (
        <Button
          key={kind}
          variant={kind === 'xlsx' ? 'filled' : 'default'}
          leftSection={<IconDownload size={18} />}
          disabled={isEmpty}
          loading={save.isPending && save.variables === kind}
          onClick={() => save.mutate(kind)}
        >
          {w.files[kind]}
        </Button>
      ))}
      <Button
        variant="default"
        leftSection={<IconPrinter size={18} />}
        disabled={isEmpty}
        onClick={() => window.print()}
      >
        {words.common.print}
      </Button>
    </Group>
  );
}

function Lines({ airings, poles, hearings }: Shown) {
  const byId = new Map(poles.map((pole) => [pole.id, pole]));
  const nameOf = ({ loudspeakerId }: AiringView): string => byId.get(loudspeakerId)?.name ?? w.retired;
  const heardOf = (airing: AiringView): HearingView | null =>
    lastHeard(hearings, airing, byId.get(airing.loudspeakerId)?.villageId);
  const { due, played, leftDesk, plannedSeconds, actualSeconds } = totalsOf(airings, serverNow());
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? airings : airings.slice(0, shownAtOnce);
  return (
    <Paper p="md">
      <Text fw={600}>{w.totals(due, played, leftDesk)}</Text>
      {leftDesk === 0 ? null : <Text size="sm">{words.loudspeakers.deskClaim}</Text>}
      <Text size="sm" c="dimmed" mb="sm">
        {w.totalSeconds(lengthInWords(plannedSeconds), lengthInWords(actualSeconds))}
      </Text>
      <Columns
        rows={shown}
        keyOf={({ id }) => id}
        columns={[
          { name: w.columns.planned, isTogether: true, cell: ({ nominalAt }) => dateTime(nominalAt) },
          { name: w.columns.pole, cell: nameOf },
          { name: w.columns.title, cell: ({ title }) => title },
          {
            name: w.shortColumns.lengths,
            isNumber: true,
            cell: ({ plannedSeconds: planned, actualSeconds: actual }) =>
              `${length(planned)} / ${actual === null ? '–' : length(actual)}`,
          },
          { name: w.shortColumns.clocks, isTogether: true, cell: (airing) => <Clocks airing={airing} /> },
          {
            name: w.columns.state,
            cell: (airing) => <State airing={airing} heard={heardOf(airing)} />,
          },
        ]}
        told={(airing) => (
          <AiringLine airing={airing} name={`${airing.title} · ${nameOf(airing)}`} withDate />
        )}
      />
      {shown.length === airings.length ? null : (
        <Button variant="default" mt="sm" className="no-print" onClick={() => setWhole(true)}>
          {w.showAll(airings.length)}
        </Button>
      )}
    </Paper>
  );
}

/** When it sounded, when the pole said so, and when that arrived. */
function Clocks({ airing: { startedAt, endedAt, toldAt, reportedAt } }: { airing: AiringView }) {
  const clocks = [
    startedAt === null
      ? null
      : w.sounded(clockExact(startedAt), endedAt === null ? '…' : clockExact(endedAt)),
    toldAt === null ? null : w.told(clockExact(toldAt)),
    reportedAt === null ? null : w.reported(clockExact(reportedAt)),
  ].filter((each) => each !== null);
  return clocks.map((each) => (
    <Text key={each} size="xs">
      {each}
    </Text>
  ));
}

function State({ airing, heard }: { airing: AiringView; heard: HearingView | null }) {
  return (
    <div style={{ minWidth: 130 }}>
      <AiringChip state={shownState(airing)} />
      {airing.state === 'left-desk' ? (
        <Text size="xs" c="dimmed">
          {words.loudspeakers.unknownBehindDesk}
        </Text>
      ) : null}
      {heard === null ? null : (
        <Text size="xs" mt={4} c={heard.heard === 'not' ? 'clay' : 'dimmed'}>
          {w.columns.heard}: {words.hearing.answers[heard.heard]}
        </Text>
      )}
      {airing.reason === null ? null : (
        <Text size="xs" c="dimmed">
          {words.airingReasons[airing.reason] ?? airing.reason}
        </Text>
      )}
    </div>
  );
}
