import { Checkbox, NumberInput, PasswordInput, SimpleGrid, TextInput } from '@mantine/core';
import { words } from '../../words/words.ts';

const w = words.cameras;

/** Of a form of Mantine's: only what a field needs of it. */
interface Inputs {
  readonly form: { getInputProps: (path: string, options?: { type?: 'input' | 'checkbox' }) => object };
}

/** User and password. @param keeps a password is there: an empty field keeps it */
export function AccessFields({ form, keeps = false }: Inputs & { keeps?: boolean }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <TextInput
        label={w.username}
        size="md"
        autoCapitalize="none"
        autoComplete="off"
        {...form.getInputProps('username')}
      />
      <PasswordInput
        label={w.password}
        placeholder={keeps ? w.passwordKeep : ''}
        size="md"
        autoComplete="new-password"
        {...form.getInputProps('password')}
      />
    </SimpleGrid>
  );
}

/** Why the place is watched, on what ground, and who answers for it. */
export function LegalFields({ form }: Inputs) {
  return (
    <>
      <TextInput
        label={w.purpose}
        placeholder={w.purposeExample}
        size="md"
        {...form.getInputProps('purpose')}
      />
      <TextInput
        label={w.legalBasis}
        placeholder={w.legalBasisExample}
        size="md"
        {...form.getInputProps('legalBasis')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={w.owner} size="md" {...form.getInputProps('owner')} />
        <NumberInput
          label={w.retention}
          size="md"
          min={1}
          max={3_650}
          {...form.getInputProps('retentionDays')}
        />
      </SimpleGrid>
      <Checkbox
        label={w.noticePosted}
        size="md"
        {...form.getInputProps('noticePosted', { type: 'checkbox' })}
      />
    </>
  );
}
