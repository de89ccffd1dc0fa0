import { Chip, Group, Input, SegmentedControl, SimpleGrid, Stack } from '@mantine/core';
import { DatePickerInput, TimePicker } from '@mantine/dates';
import type { ScheduleRequest } from '../../api/broadcasts.ts';
import { plusDays, today } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.broadcast;

export interface ScheduleDraft {
  kind: ScheduleRequest['kind'];
  /** HH:MM, or empty. */
  time: string;
  /** Local dates YYYY-MM-DD. */
  date: string | null;
  fromDate: string | null;
  untilDate: string | null;
  /** ISO weekdays as the chips tell them. */
  weekdays: string[];
}

export const emptySchedule = (): ScheduleDraft => ({
  kind: 'once',
  time: '17:00',
  date: today(),
  fromDate: today(),
  untilDate: plusDays(today(), 6),
  weekdays: ['1', '3', '5'],
});

/** @returns null while something is missing */
export function scheduleOf(draft: ScheduleDraft): ScheduleRequest | null {
  const { kind, time, date, fromDate, untilDate } = draft;
  if (kind === 'now') return { kind };
  if (!/^\d\d:\d\d$/.test(time)) return null;
  if (kind === 'once') return date === null ? null : { kind, date, time };
  if (fromDate === null || untilDate === null) return null;
  if (kind === 'daily') return { kind, time, fromDate, untilDate };
  const weekdays = draft.weekdays.map(Number).sort((a, b) => a - b);
  return weekdays.length === 0 ? null : { kind, time, weekdays, fromDate, untilDate };
}

export function ScheduleField(props: { value: ScheduleDraft; onChange: (value: ScheduleDraft) => void }) {
  const { value } = props;
  const change = (part: Partial<ScheduleDraft>) => props.onChange({ ...value, ...part });
  return (
    <Stack gap="sm">
      <Input.Wrapper label={w.when} size="md" labelElement="div">
        <SegmentedControl
          fullWidth
          mt={4}
          aria-label={w.when}
          color="leaf.8"
          value={value.kind}
          onChange={(kind) => change({ kind: kind })}
          data={(['now', 'once', 'daily', 'weekly'] as const).map((kind) => ({
            value: kind,
            label: w.kinds[kind],
          }))}
        />
      </Input.Wrapper>
      {value.kind === 'weekly' ? (
        <Chip.Group multiple value={value.weekdays} onChange={(weekdays) => change({ weekdays })}>
          <Group gap={6} role="group" aria-label={w.weekdays}>
            {words.time.weekdaysShort.map((name, index) => (
              <Chip key={name} value={String(index + 1)} size="md" radius="md">
                {name}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      ) : null}
      {value.kind === 'now' ? null : (
        <SimpleGrid cols={{ base: 1, xs: value.kind === 'once' ? 2 : 3 }} spacing="sm">
          <TimePicker
            label={words.time.time}
            size="md"
            format="24h"
            value={value.time}
            onChange={(time) => change({ time: time.slice(0, 5) })}
            withDropdown
            hoursInputLabel={words.time.hour}
            minutesInputLabel={words.time.minute}
          />
          {value.kind === 'once' ? (
            <DateField label={words.time.date} value={value.date} onChange={(date) => change({ date })} />
          ) : (
            <>
              <DateField
                label={words.time.from}
                value={value.fromDate}
                onChange={(fromDate) => change({ fromDate })}
              />
              <DateField
                label={words.time.until}
                value={value.untilDate}
                onChange={(untilDate) => change({ untilDate })}
              />
            </>
          )}
        </SimpleGrid>
      )}
    </Stack>
  );
}

function DateField(props: { label: string; value: string | null; onChange: (date: string | null) => void }) {
  return (
    <DatePickerInput
      label={props.label}
      placeholder={words.time.pickDate}
      size="md"
      valueFormat="DD/MM/YYYY"
      minDate={today()}
      value={props.value}
      onChange={props.onChange}
    />
  );
}
