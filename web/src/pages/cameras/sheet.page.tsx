import { Anchor, Box, Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
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
import { handFile } from '../../parts/hand-file.ts';
import lines from '../../parts/lines.module.css';
import { Asked, Empty, PageHead } from '../../parts/states.tsx';
import { tellFailure } from '../../parts/tell.ts';
import { dateTime, instantOf, mondayOf, plainDate, plusDays, today } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import css from './marks.module.css';
import { keptFault } from './kept.tsx';
import { deadOf, gapCause, gapKind, poorlyKept, shareText, sheetRows, whyOf } from './sheet.ts';

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
      <Group gap="xs" mb="md" wrap="nowrap">
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
            <Empty icon={<IconDeviceCctv size={44} stroke={1.4} />} title={w.empty} />
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
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {sheet.communeName} · {w.soFar(dateTime(sheet.until))}
      </Text>
      <Villages sheet={sheet} />
      <Section title={w.deadTitle} none={dead.length === 0 ? w.deadNone : null}>
        <Box hiddenFrom="sm" className="no-print">
          {dead.map((one) => (
            <div key={one.id} className={lines.line}>
              <div>
                <Anchor component={Link} to={`/cameras/${one.id}`} fw={600}>
                  {one.name}
                </Anchor>
                <Text size="sm">
                  {whyOf(one)}
                  {one.days === null ? '' : ` · ${w.daysIs(one.days)}`}
                </Text>
                <Text size="xs" c="dimmed">
                  {one.villageName} · {one.owner === '' ? w.ownerNone : one.owner}
                </Text>
              </div>
            </div>
          ))}
        </Box>
        <Box visibleFrom="sm">
          <Table verticalSpacing={6} fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{w.camera}</Table.Th>
                <Table.Th>{w.village}</Table.Th>
                <Table.Th>{w.why}</Table.Th>
                <Table.Th ta="right">{w.days}</Table.Th>
                <Table.Th>{w.lastUsable}</Table.Th>
                <Table.Th>{w.owner}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {dead.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>
                    <Anchor component={Link} to={`/cameras/${one.id}`} size="sm">
                      {one.name}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{one.villageName}</Table.Td>
                  <Table.Td>{whyOf(one)}</Table.Td>
                  <Table.Td ta="right" className="numbers">
                    {one.days ?? w.none}
                  </Table.Td>
                  <Table.Td className="numbers">
                    {one.lastUsableAt === null ? w.neverUsable : dateTime(one.lastUsableAt)}
                  </Table.Td>
                  <Table.Td>{one.owner === '' ? w.ownerNone : one.owner}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Box>
      </Section>
      <Recordings sheet={sheet} />
      <Gaps sheet={sheet} />
      <div className={css.signatures}>
        <Text>{w.signed}</Text>
        <Text>{w.received}</Text>
      </div>
    </Stack>
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
            <Anchor component={Link} to={`/cameras/${id}`} size="sm">
              {name}
            </Anchor>{' '}
            ({villageName}): {recording === null ? '' : keptFault(recording)}
          </Text>
        ))}
      </Stack>
    </Section>
  );
}

function Villages({ sheet: { villages, whole, cameras } }: { sheet: CameraSheetView }) {
  return (
    <Section title={w.byVillage} none={null}>
      <Table verticalSpacing={6} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{w.village}</Table.Th>
            <Table.Th ta="right">{w.count}</Table.Th>
            <Table.Th ta="right">{w.dead}</Table.Th>
            <Table.Th ta="right">{w.usable}</Table.Th>
            <Table.Th ta="right">{w.unknown}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="numbers">
          {villages.map((one) => (
            <Table.Tr key={one.villageId}>
              <Table.Td>{one.name}</Table.Td>
              <Table.Td ta="right">{one.cameras}</Table.Td>
              <Table.Td ta="right">{one.dead}</Table.Td>
              <Table.Td ta="right">{shareText(one.usablePercent)}</Table.Td>
              <Table.Td ta="right">{shareText(one.unknownPercent)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot className="numbers">
          <Table.Tr>
            <Table.Th>{w.whole}</Table.Th>
            <Table.Th ta="right">{cameras.length}</Table.Th>
            <Table.Th ta="right">{villages.reduce((sum, { dead }) => sum + dead, 0)}</Table.Th>
            <Table.Th ta="right">{shareText(whole.usablePercent)}</Table.Th>
            <Table.Th ta="right">{shareText(whole.unknownPercent)}</Table.Th>
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Section>
  );
}

function Gaps({ sheet: { gaps } }: { sheet: CameraSheetView }) {
  const shown = gaps.slice(0, gapsShown);
  return (
    <Section title={w.gaps} none={gaps.length === 0 ? w.gapsNone : null}>
      <Box hiddenFrom="sm" className="no-print">
        {shown.map((gap) => (
          <div key={`${gap.cameraId} ${gap.kind} ${gap.from}`} className={lines.line}>
            <div>
              <Text size="sm" fw={600}>
                {gap.name}
              </Text>
              <Text size="sm">{[gapKind(gap), gapCause(gap)].filter((part) => part !== '').join(' · ')}</Text>
              <Text size="xs" c="dimmed" className="numbers">
                {dateTime(gap.from)} – {gap.until === null ? w.still : dateTime(gap.until)}
              </Text>
            </div>
          </div>
        ))}
      </Box>
      <Box visibleFrom="sm">
        <Table verticalSpacing={6} fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{w.camera}</Table.Th>
              <Table.Th>{w.what}</Table.Th>
              <Table.Th>{w.from}</Table.Th>
              <Table.Th>{w.until}</Table.Th>
              <Table.Th>{w.cause}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((gap) => (
              <Table.Tr key={`${gap.cameraId} ${gap.kind} ${gap.from}`}>
                <Table.Td>
                  {gap.name}
                  <Text size="xs" c="dimmed">
                    {gap.villageName}
                  </Text>
                </Table.Td>
                <Table.Td>{gapKind(gap)}</Table.Td>
                <Table.Td className="numbers">{dateTime(gap.from)}</Table.Td>
                <Table.Td className="numbers">{gap.until === null ? w.still : dateTime(gap.until)}</Table.Td>
                <Table.Td>{gapCause(gap)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Box>
    </Section>
  );
}
