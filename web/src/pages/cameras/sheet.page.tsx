import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import {
  IconChevronLeft,
  IconChevronRight,
  IconDeviceCctv,
  IconDownload,
  IconPrinter,
} from '@tabler/icons-react';
import { Link, useSearchParams } from 'react-router';
import { cameraSheet } from '../../api/health.ts';
import type { CameraSheetView } from '../../api/health.ts';
import { Columns } from '../../parts/columns.tsx';
import { handFile } from '../../parts/hand-file.ts';
import lines from '../../parts/lines.module.css';
import { Asked, Empty, PageHead } from '../../parts/states.tsx';
import { tellFailure } from '../../parts/tell.ts';
import { dateTime, instantOf, mondayOf, plainDate, plusDays, today } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import css from './marks.module.css';
import { keptFault } from './kept.tsx';
import { deadOf, gapCause, gapKind, poorlyKept, shareText, sheetRows, unclearOf, whyOf } from './sheet.ts';

const w = words.cameraHealth.sheetPage;
const gapsShown = 40;

/** The weekly sheet: what the commune's cameras were worth, which are dead, for how long, and whose they are. */
export default function SheetPage() {
  const [query, setQuery] = useSearchParams();
  const thisWeek = mondayOf(today());
  const asked = query.get('week');
  const monday = asked !== null && /^\d{4}-\d{2}-\d{2}$/.test(asked) ? mondayOf(asked) : thisWeek;
  const sheet = useQuery(cameraSheet(instantOf(monday), instantOf(plusDays(monday, 7))));
  const period = w.period(plainDate(monday), plainDate(plusDays(monday, 6)));
  const go = (week: string): void => setQuery(week === thisWeek ? {} : { week }, { replace: true });
  const save = useMutation({
    mutationFn: async (data: CameraSheetView) => {
      const { default: writeXlsxFile } = await import('write-excel-file/browser');
      const columns = [26, 26, 20, 22, 14, 16, 26, 10, 20, 12].map((width) => ({ width }));
      const file = writeXlsxFile(sheetRows(data, period), {
        ...{ sheet: words.cameraHealth.sheet, orientation: 'landscape', columns },
      });
      handFile(await file.toBlob(), `${w.file}-${monday}.xlsx`);
    },
    onError: (error) => tellFailure(error),
  });
  return (
    <>
      <PageHead title={w.title} hint={w.hint} back={{ to: '/cameras', name: words.menu.cameras }}>
        <Group gap="xs" className="no-print">
          <Button
            variant="default"
            leftSection={<IconDownload size={18} />}
            disabled={sheet.data === undefined || sheet.data.cameras.length === 0}
            loading={save.isPending}
            onClick={() => {
              if (sheet.data !== undefined) save.mutate(sheet.data);
            }}
          >
            {w.xlsx}
          </Button>
          <Button variant="default" leftSection={<IconPrinter size={18} />} onClick={() => window.print()}>
            {words.common.print}
          </Button>
        </Group>
      </PageHead>
      <Text className="only-print" fw={700} size="lg">
        {w.title}
      </Text>
      <Group gap="xs" mb="md">
        <Button
          className="no-print"
          variant="default"
          size="compact-md"
          aria-label={w.before}
          onClick={() => go(plusDays(monday, -7))}
        >
          <IconChevronLeft size={18} />
        </Button>
        <Text fw={600} size="sm" className="numbers">
          {period}
        </Text>
        <Button
          className="no-print"
          variant="default"
          size="compact-md"
          aria-label={w.after}
          disabled={monday >= thisWeek}
          onClick={() => go(plusDays(monday, 7))}
        >
          <IconChevronRight size={18} />
        </Button>
        {monday === thisWeek ? null : (
          <Button className="no-print" variant="subtle" size="compact-md" onClick={() => go(thisWeek)}>
            {w.thisWeek}
          </Button>
        )}
      </Group>
      <Asked query={sheet}>
        {(data) =>
          data.cameras.length === 0 ? (
            <Empty icon={<IconDeviceCctv size={44} stroke={1.4} />} title={w.empty}>
              <Button component={Link} to="/cameras" variant="light" mt="xs">
                {words.menu.cameras}
              </Button>
            </Empty>
          ) : (
            <Sheet sheet={data} />
          )
        }
      </Asked>
    </>
  );
}

function Sheet({ sheet }: { sheet: CameraSheetView }) {
  const dead = deadOf(sheet);
  const unclear = unclearOf(sheet);
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {sheet.communeName} · {w.soFar(dateTime(sheet.until))}
      </Text>
      <Villages sheet={sheet} />
      <Section title={w.deadTitle} none={dead.length === 0 ? w.deadNone : null}>
        <Lost cameras={dead} />
      </Section>
      {unclear.length === 0 ? null : (
        <Section title={w.unclearTitle} none={null}>
          <Lost cameras={unclear} />
        </Section>
      )}
      <Recordings sheet={sheet} />
      <Gaps sheet={sheet} />
      <div className={css.signatures}>
        {[w.signed, w.received].map((who) => (
          <div key={who}>
            <Text fw={600}>{who}</Text>
            <Text size="sm">{w.signHere}</Text>
          </div>
        ))}
      </div>
    </Stack>
  );
}

/** Cameras that are not known to be of use, since when, and whose they are. */
function Lost({ cameras }: { cameras: readonly Dead[] }) {
  return (
    <Columns
      rows={cameras}
      keyOf={({ id }) => id}
      columns={[
        { name: w.camera, cell: (one) => <CameraLink camera={one} /> },
        { name: w.village, cell: ({ villageName }) => villageName },
        { name: w.why, isTogether: true, cell: whyOf },
        { name: w.days, isNumber: true, cell: ({ days }) => days ?? w.none },
        {
          name: w.lastUsable,
          isTogether: true,
          cell: ({ lastUsableAt }) => (lastUsableAt === null ? w.neverUsable : dateTime(lastUsableAt)),
        },
        { name: w.owner, cell: ownerOf },
      ]}
      told={(one) => (
        <div className={lines.line} style={{ display: 'block' }}>
          <CameraLink camera={one} />
          <Text size="sm">
            {whyOf(one)}
            {one.days === null ? '' : ` · ${w.daysIs(one.days)}`}
          </Text>
          <Text size="xs" c="dimmed">
            {one.villageName} · {ownerOf(one)}
          </Text>
        </div>
      )}
    />
  );
}

type Dead = ReturnType<typeof deadOf>[number];
type Gap = CameraSheetView['gaps'][number];

const ownerOf = ({ owner }: Dead): string => (owner === '' ? w.ownerNone : owner);
const untilOf = ({ until }: Gap): string => (until === null ? w.still : dateTime(until));

function CameraLink({ camera: { id, name } }: { camera: Pick<Dead, 'id' | 'name'> }) {
  return (
    <Anchor component={Link} to={`/cameras/${id}`} size="sm" fw={600}>
      {name}
    </Anchor>
  );
}

/** @param props.none what stands there instead; null: there is something */
function Section(props: { title: string; none: string | null; children: ReactNode }) {
  return (
    <Paper p="md">
      <Title order={2} fz="1.1rem" mb="xs">
        {props.title}
      </Title>
      {props.none === null ? (
        props.children
      ) : (
        <Text size="sm" c="dimmed">
          {props.none}
        </Text>
      )}
    </Paper>
  );
}

/** Only where there is something to say: most communes' recorders tell nothing. */
function Recordings({ sheet }: { sheet: CameraSheetView }) {
  const short = poorlyKept(sheet);
  if (short.length === 0) return null;
  return (
    <Section title={w.kept} none={null}>
      <Stack gap={6}>
        {short.map(({ id, name, villageName, recording }) => (
          <Text key={id} size="sm">
            <CameraLink camera={{ id, name }} /> ({villageName}):{' '}
            {recording === null ? '' : keptFault(recording)}
          </Text>
        ))}
      </Stack>
    </Section>
  );
}

function Villages({ sheet: { villages, whole, cameras } }: { sheet: CameraSheetView }) {
  const total = {
    ...{ villageId: '', name: w.whole, isWhole: true, cameras: cameras.length, ...whole },
    dead: villages.reduce((sum, { dead }) => sum + dead, 0),
    unclear: villages.reduce((sum, { unclear }) => sum + unclear, 0),
  };
  return (
    <Section title={w.byVillage} none={null}>
      <Columns
        rows={[...villages.map((one) => ({ ...one, isWhole: false })), total]}
        keyOf={({ villageId }) => villageId}
        columns={[
          { name: w.village, cell: ({ name, isWhole }) => (isWhole ? <b>{name}</b> : name) },
          { name: w.count, isNumber: true, cell: ({ cameras: count }) => count },
          { name: w.dead, isNumber: true, cell: ({ dead }) => dead },
          { name: w.unclear, isNumber: true, cell: ({ unclear }) => unclear },
          { name: w.usable, isNumber: true, cell: ({ usablePercent }) => shareText(usablePercent) },
          { name: w.unknown, isNumber: true, cell: ({ unknownPercent }) => shareText(unknownPercent) },
        ]}
        told={({ name, cameras: count, dead, unclear, usablePercent, unknownPercent }) => (
          <div className={lines.line} style={{ display: 'block' }}>
            <Text size="sm" fw={600}>
              {name}
            </Text>
            <Text size="sm" className="numbers">
              {w.villageTold(count, dead, unclear, shareText(usablePercent), shareText(unknownPercent))}
            </Text>
          </div>
        )}
      />
    </Section>
  );
}

function Gaps({ sheet: { gaps } }: { sheet: CameraSheetView }) {
  return (
    <Section title={w.gaps} none={gaps.length === 0 ? w.gapsNone : null}>
      <Columns
        rows={gaps.slice(0, gapsShown)}
        keyOf={(gap) => `${gap.cameraId} ${gap.kind} ${gap.from}`}
        columns={[
          {
            name: w.camera,
            cell: ({ name, villageName }) => (
              <>
                {name}
                <Text size="xs" c="dimmed">
                  {villageName}
                </Text>
              </>
            ),
          },
          { name: w.what, cell: gapKind },
          { name: w.from, isTogether: true, cell: ({ from }) => dateTime(from) },
          { name: w.until, isTogether: true, cell: untilOf },
          { name: w.cause, cell: gapCause },
        ]}
        told={(gap) => (
          <div className={lines.line} style={{ display: 'block' }}>
            <Text size="sm" fw={600}>
              {gap.name}
            </Text>
            <Text size="sm">{[gapKind(gap), gapCause(gap)].filter((part) => part !== '').join(' · ')}</Text>
            <Text size="xs" c="dimmed" className="numbers">
              {dateTime(gap.from)} – {untilOf(gap)}
            </Text>
          </div>
        )}
      />
      {gaps.length > gapsShown ? (
        <Text size="sm" c="dimmed" mt="xs">
          {w.gapsMore(gaps.length - gapsShown)}
        </Text>
      ) : null}
    </Section>
  );
}
