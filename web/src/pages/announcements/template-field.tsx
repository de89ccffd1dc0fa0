import {
  Checkbox,
  Input,
  MultiSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Textarea,
  TextInput,
} from '@mantine/core';
import { DatePickerInput, TimePicker } from '@mantine/dates';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { villages as villagesQuery } from '../../api/accounts.ts';
import type { TemplateFieldView } from '../../api/templates.ts';
import { today } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.templates;

/** What a control holds; the service knows by the field's type what it ought to be. */
export type Held = string | number | boolean | string[] | { from: string; until: string } | undefined;

interface Control {
  readonly field: TemplateFieldView;
  readonly value: Held;
  readonly onChange: (value: Held) => void;
  readonly error: ReactNode;
}

/** One field of a form: its type chooses the control, and the keyboard of a phone. */
export function TemplateField({ field, value, onChange, error }: Control) {
  const shared = {
    label: field.isOptional ? w.optional(field.label) : field.label,
    description: field.hint === '' ? undefined : field.hint,
    error,
    size: 'md',
  } as const;
  const text = typeof value === 'string' ? value : '';
  const number = typeof value === 'number' ? value : '';
  const span = typeof value === 'object' && 'from' in value ? value : { from: '', until: '' };
  switch (field.type) {
    case 'text':
    case 'place':
    case 'name':
    case 'document':
    case 'phone':
      return (
        <TextInput
          {...shared}
          maxLength={field.most ?? 30}
          inputMode={field.type === 'phone' ? 'tel' : 'text'}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'sentences':
      return (
        <Textarea
          {...shared}
          autosize
          minRows={2}
          maxLength={field.most ?? 2_000}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'money':
    case 'count':
      return (
        <NumberInput
          {...shared}
          value={number}
          onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
          thousandSeparator="."
          decimalSeparator=","
          allowDecimal={false}
          allowNegative={false}
          max={field.most ?? Number.MAX_SAFE_INTEGER}
          suffix={field.type === 'money' ? w.dong : ''}
          hideControls
        />
      );
    case 'level':
      return (
        <Select
          {...shared}
          value={number === '' ? null : String(number)}
          onChange={(next) => onChange(next === null ? undefined : Number(next))}
          data={field.options.map((option) => ({
            value: option.value,
            label: w.level(option.value, option.label),
          }))}
          placeholder={w.choose}
        />
      );
    case 'choice':
      return (
        <Select
          {...shared}
          value={text === '' ? null : text}
          onChange={(next) => onChange(next ?? undefined)}
          data={field.options}
          placeholder={w.choose}
        />
      );
    case 'consent':
      return (
        <Checkbox
          label={field.label}
          size="md"
          error={error}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'villages':
      return (
        <Villages
          shared={{ ...shared, label: field.label }}
          value={Array.isArray(value) ? value : []}
          onChange={onChange}
        />
      );
    case 'date':
      return <Day {...shared} field={field} value={text} onChange={onChange} />;
    case 'time':
      return <Clock {...shared} value={text} onChange={onChange} />;
    case 'moment':
      return <Moment {...shared} field={field} value={text} onChange={onChange} />;
    case 'timeRange':
    case 'dateRange':
    case 'period': {
      const One = field.type === 'timeRange' ? Clock : field.type === 'dateRange' ? Day : Moment;
      return (
        <Input.Wrapper {...shared} labelElement="div">
          <SimpleGrid cols={field.type === 'period' ? 1 : 2} spacing="sm" mt={4}>
            <One
              label={w.from}
              field={field}
              value={span.from}
              onChange={(from) => onChange({ ...span, from })}
            />
            <One
              label={w.until}
              field={field}
              value={span.until}
              onChange={(until) => onChange({ ...span, until })}
            />
          </SimpleGrid>
        </Input.Wrapper>
      );
    }
  }
}

interface One {
  label: string;
  description?: string | undefined;
  error?: ReactNode;
  field?: TemplateFieldView;
  value: string;
  onChange: (value: string) => void;
}

function Day({ field, value, onChange, ...rest }: One) {
  return (
    <DatePickerInput
      size="md"
      placeholder={words.time.pickDate}
      valueFormat="DD/MM/YYYY"
      {...(field?.when === 'coming' ? { minDate: today() } : {})}
      {...(field?.when === 'past' ? { maxDate: today() } : {})}
      value={value === '' ? null : value}
      onChange={(next) => onChange(next ?? '')}
      {...rest}
    />
  );
}

function Clock({ field: _, value, onChange, ...rest }: One) {
  return (
    <TimePicker
      size="md"
      format="24h"
      value={value}
      onChange={(next) => onChange(next.slice(0, 5))}
      withDropdown
      hoursInputLabel={words.time.hour}
      minutesInputLabel={words.time.minute}
      {...rest}
    />
  );
}

/** A day and a time of it, kept as `YYYY-MM-DDTHH:MM`; one of them alone keeps its side of the T. */
function Moment({ label, description, error, field, value, onChange }: One) {
  const [day = '', time = ''] = value.split('T');
  const change = (nextDay: string, nextTime: string) =>
    onChange(nextDay === '' && nextTime === '' ? '' : `${nextDay}T${nextTime}`);
  return (
    <Input.Wrapper
      size="md"
      labelElement="div"
      {...{ label, description, error }}
      role="group"
      aria-label={label}
    >
      <SimpleGrid cols={2} spacing="sm" mt={4}>
        <Clock label={w.clock} value={time} onChange={(next) => change(day, next)} />
        <Day
          label={words.time.date}
          {...(field === undefined ? {} : { field })}
          value={day}
          onChange={(next) => change(next, time)}
        />
      </SimpleGrid>
    </Input.Wrapper>
  );
}

function Villages(props: {
  shared: { label: string; description: string | undefined; error: ReactNode };
  value: string[];
  onChange: (value: string[]) => void;
}) {
  const { data: villages = [] } = useQuery(villagesQuery);
  return (
    <MultiSelect
      {...props.shared}
      size="md"
      data={villages.map(({ id, word, name }) => ({ value: id, label: words.today.village(word, name) }))}
      value={props.value}
      onChange={props.onChange}
    />
  );
}
