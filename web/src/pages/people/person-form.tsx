import {
  Button,
  Checkbox,
  Input,
  Modal,
  MultiSelect,
  PasswordInput,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { addPerson, changePerson, villages as villagesQuery } from '../../api/accounts.ts';
import type { PersonView } from '../../api/accounts.ts';
import { longPassword, plainLoginName, required, useSend } from '../../parts/form.ts';
import { FailureNote } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { words } from '../../words/words.ts';

const w = words.people;
type Role = PersonView['roles'][number];
const roles = Object.keys(w.roleNames) as Role[];

/** Adds an account, or changes `person`. */
export function PersonForm(props: { opened: boolean; onClose: () => void; person?: PersonView }) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.person === undefined ? w.add : w.editTitle}
      size="lg"
    >
      {props.opened ? <Fields person={props.person} onClose={props.onClose} /> : null}
    </Modal>
  );
}

function Fields({ person, onClose }: { person: PersonView | undefined; onClose: () => void }) {
  const client = useQueryClient();
  const { data: villages = [] } = useQuery(villagesQuery);
  const isNew = person === undefined;
  const form = useForm({
    initialValues: {
      loginName: person?.loginName ?? '',
      displayName: person?.displayName ?? '',
      phone: person?.phone ?? '',
      roles: [...(person?.roles ?? [])] as string[],
      villageIds: [...(person?.villageIds ?? [])],
      password: '',
    },
    validate: {
      displayName: required,
      roles: (value) => (value.length === 0 ? w.rolesMissing : null),
      ...(isNew ? { loginName: plainLoginName, password: longPassword } : {}),
    },
  });
  const send = useSend(
    form,
    ({ loginName, password, ...values }: typeof form.values) => {
      const common = { ...values, roles: values.roles as Role[] };
      return person === undefined
        ? addPerson({ ...common, loginName, password })
        : changePerson(person.id, common);
    },
    async () => {
      tellDone(isNew ? w.added : words.common.saved);
      onClose();
      await Promise.all(['people', 'session'].map((key) => client.invalidateQueries({ queryKey: [key] })));
    },
  );
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate autoComplete="off">
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={w.displayName} size="md" {...form.getInputProps('displayName')} />
          <TextInput label={w.phone} size="md" type="tel" {...form.getInputProps('phone')} />
        </SimpleGrid>
        {isNew ? (
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput
              label={w.loginName}
              description={words.setUp.loginHint}
              size="md"
              autoCapitalize="none"
              autoComplete="off"
              {...form.getInputProps('loginName')}
            />
            <PasswordInput
              label={w.firstPassword}
              description={w.firstPasswordHint}
              size="md"
              autoComplete="new-password"
              {...form.getInputProps('password')}
            />
          </SimpleGrid>
        ) : null}
        <Checkbox.Group {...form.getInputProps('roles')}>
          <Input.Label size="md" mb={6}>
            {w.roles}
          </Input.Label>
          <Stack gap="xs">
            {roles.map((role) => (
              <Checkbox
                key={role}
                value={role}
                label={w.roleNames[role]}
                description={w.roleMeans[role]}
                size="md"
              />
            ))}
          </Stack>
        </Checkbox.Group>
        {form.values.roles.includes('villageHead') ? (
          <MultiSelect
            label={w.villages}
            description={w.villagesHint}
            size="md"
            data={villages.map(({ id, word, name }) => ({
              value: id,
              label: words.today.village(word, name),
            }))}
            {...form.getInputProps('villageIds')}
          />
        ) : null}
        <FailureNote error={send.error} />
        <Button type="submit" size="md" loading={send.isPending}>
          {words.common.save}
        </Button>
      </Stack>
    </form>
  );
}
