import { NumberInput, Select, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { CommuneView } from '../../api/accounts.ts';
import { words } from '../../words/words.ts';

const w = words.settings.airRules;
type Values = { name: string; province: string } & CommuneView['settings'];
const choices = <Key extends string>(named: Readonly<Record<Key, string>>) =>
  Object.entries<string>(named).map(([value, label]) => ({ value, label }));

/** How the three classes meet on a pole. An emergency always cuts at once, so there is nothing to choose about it. */
export function AirRulesFields({ form }: { form: UseFormReturnType<Values> }) {
  return (
    <>
      <div>
        <Text fw={600}>{w.title}</Text>
        <Text size="sm" c="dimmed">
          {w.hint}
        </Text>
      </div>
      <Stack>
        <Select
          label={w.priorityStart}
          size="md"
          allowDeselect={false}
          data={choices(w.starts)}
          {...form.getInputProps('priorityStart')}
        />
        <NumberInput
          label={w.waitSeconds}
          size="md"
          min={0}
          max={600}
          clampBehavior="strict"
          disabled={form.getValues().priorityStart !== 'wait'}
          {...form.getInputProps('priorityWaitSeconds')}
        />
        <Select
          label={w.regularAfterCut}
          size="md"
          allowDeselect={false}
          data={choices(w.afterCuts)}
          {...form.getInputProps('regularAfterCut')}
        />
        <Select
          label={w.priorityAfterCut}
          size="md"
          allowDeselect={false}
          data={choices(w.afterCuts)}
          {...form.getInputProps('priorityAfterCut')}
        />
        <NumberInput
          label={w.resumeMinutes}
          description={w.resumeHint}
          size="md"
          min={0}
          max={60}
          clampBehavior="strict"
          {...form.getInputProps('resumeMinutes')}
        />
      </Stack>
    </>
  );
}
