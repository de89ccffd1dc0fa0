import { Badge, Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import { changePerson, people, resetPassword, villages as villagesQuery } from '../../api/accounts.ts';
import type { PersonView } from '../../api/accounts.ts';
import { ask } from '../../parts/ask.ts';
import { longPassword, useSend } from '../../parts/form.ts';
import css from '../../parts/lines.module.css';
import { Asked, FailureNote, PageHead } from '../../parts/states.tsx';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { useSession } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';
import { PersonForm } from './person-form.tsx';

const w = words.people;

export default function PeoplePage() {
  const query = useQuery(people);
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageHead title={w.title}>
        <Button leftSection={<IconPlus size={18} />} onClick={open}>
          {w.add}
        </Button>
      </PageHead>
      <PersonForm opened={opened} onClose={close} />
      <Asked query={query}>
        {(list) => (
          <div className={css.rows}>
            {list.map((person) => (
              <Person key={person.id} person={person} />
            ))}
          </div>
        )}
      </Asked>
    </>
  );
}

function Person({ person }: { person: PersonView }) {
  const client = useQueryClient();
  const session = useSession();
  const { data: villages = [] } = useQuery(villagesQuery);
  const [isEditing, editing] = useDisclosure(false);
  const [isResetting, resetting] = useDisclosure(false);
  const change = useMutation({
    mutationFn: (disabled: boolean) => changePerson(person.id, { disabled }),
    onError: (error) => tellFailure(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['people'] }),
  });
  const isMe = person.id === session.person.id;
  const isDisabled = person.disabledAt !== null;
  const mine = villages.filter(({ id }) => person.villageIds.includes(id));
  return (
    <article className={css.row} style={{ opacity: isDisabled ? 0.7 : 1 }}>
      <div className={css.grow}>
        <Text fw={600} lh={1.3}>
          {person.displayName}
          {isMe ? (
            <Text span size="sm" c="dimmed" fw={400}>
              {' '}
              ({w.you})
            </Text>
          ) : null}
        </Text>
        <Text size="xs" c="dimmed">
          {[
            person.loginName,
            person.phone,
            person.mustChangePassword ? w.mustChange : '',
            mine.map(({ word, name }) => words.today.village(word, name)).join(', '),
          ]
            .filter((part) => part !== '')
            .join(' · ')}
        </Text>
      </div>
      <Group gap={6} style={{ flex: '1 1 220px' }}>
        {isDisabled ? <Badge color="clay">{w.disabled}</Badge> : null}
        {person.roles.map((role) => (
          <Badge key={role} variant="light" tt="none" title={w.roleMeans[role]}>
            {w.roleNames[role]}
          </Badge>
        ))}
      </Group>
      {/* As wide as three buttons, so that one's own row, which has two, stands in the columns of the others. */}
      <Group gap={6} style={{ flex: '0 1 24rem' }}>
        <Button size="sm" variant="default" onClick={editing.open}>
          {words.common.edit}
        </Button>
        <Button size="sm" variant="default" onClick={resetting.open}>
          {w.reset}
        </Button>
        {isMe ? null : (
          <Button
            size="sm"
            variant="subtle"
            color={isDisabled ? 'leaf' : 'clay'}
            loading={change.isPending}
            onClick={() =>
              isDisabled ? change.mutate(false) : ask(w.disable, w.disableAsk, () => change.mutate(true))
            }
          >
            {isDisabled ? w.enable : w.disable}
          </Button>
        )}
      </Group>
      <PersonForm opened={isEditing} onClose={editing.close} person={person} />
      <Modal opened={isResetting} onClose={resetting.close} title={`${w.reset}: ${person.displayName}`}>
        {isResetting ? <Reset person={person} onClose={resetting.close} /> : null}
      </Modal>
    </article>
  );
}

function Reset({ person, onClose }: { person: PersonView; onClose: () => void }) {
  const client = useQueryClient();
  const form = useForm({ initialValues: { password: '' }, validate: { password: longPassword } });
  const send = useSend(
    form,
    ({ password }: { password: string }) => resetPassword(person.id, password),
    async () => {
      tellDone(w.resetDone);
      onClose();
      await client.invalidateQueries({ queryKey: ['people'] });
    },
  );
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate>
      <Stack>
        <PasswordInput
          label={words.password.next}
          description={w.firstPasswordHint}
          autoComplete="new-password"
          size="md"
          data-autofocus
          {...form.getInputProps('password')}
        />
        <FailureNote error={send.error} />
        <Button type="submit" loading={send.isPending}>
          {w.reset}
        </Button>
      </Stack>
    </form>
  );
}
