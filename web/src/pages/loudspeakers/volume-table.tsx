import { Table, Text } from '@mantine/core';
import type { LoudspeakerDetailView, VolumeHours } from '../../api/devices.ts';
import { words } from '../../words/words.ts';

const w = words.volume;
export const volumeKinds = ['regular', 'priority', 'emergency'] as const;

/** How loud a pole is, hour by hour. */
export interface Loudness {
  readonly volume: LoudspeakerDetailView['volume'];
  readonly hours: readonly VolumeHours[];
  readonly emergencyFloor: number;
}

interface Row {
  readonly name: string;
  readonly percents: readonly number[];
}

function rowsOf({ volume, hours, emergencyFloor }: Loudness): Row[] {
  const percents = (of: Loudness['volume']): number[] =>
    volumeKinds.map((kind) => (kind === 'emergency' ? Math.max(of[kind], emergencyFloor) : of[kind]));
  return [
    ...hours.map((band) => ({ name: `${band.from}–${band.until}`, percents: percents(band.volume) })),
    { name: hours.length === 0 ? w.allDay : w.otherHours, percents: percents(volume) },
  ];
}

const allDay = (name: string): boolean => name === w.allDay || name === w.otherHours;

/** @param besides what is another there is set off */
export function VolumeTable({ loudness, besides }: { loudness: Loudness; besides?: Loudness }) {
  const others = besides === undefined ? null : rowsOf(besides);
  const isAnother = ({ name }: Row, index: number, percent: number): boolean => {
    if (others === null) return false;
    const other = others.find((row) => row.name === name || (allDay(row.name) && allDay(name)));
    return other?.percents[index] !== percent;
  };
  return (
    <Table verticalSpacing={6} horizontalSpacing={6} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="34%">{w.hours}</Table.Th>
          {volumeKinds.map((kind) => (
            <Table.Th key={kind} ta="right" fz="xs">
              {w.kinds[kind]}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rowsOf(loudness).map((row) => (
          <Table.Tr key={row.name}>
            <Table.Td className="numbers">{row.name}</Table.Td>
            {row.percents.map((percent, index) => (
              <Table.Td key={volumeKinds[index]} ta="right" className="numbers">
                {isAnother(row, index, percent) ? (
                  <Text span inherit fw={800} td="underline" c="clay.7">
                    {w.percent(percent)}
                  </Text>
                ) : (
                  w.percent(percent)
                )}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
