import { Badge, Button, Modal, Select, Stack, Text } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconPlus, IconUserShare } from '@tabler/icons-react';
import { approvers, delegate, delegations, endDelegation } from '../../api/accounts.ts';
import type { DelegationView } from '../../api/accounts.ts';
import { ask } from '../../parts/ask.ts';
import { required, useSend } from '../../parts/form.ts';
import css from '../../parts/lines.module.css';
import { Asked, Empty, FailureNote, PageHead } from '../../parts/states.tsx';
import { tellFailure } from '../../parts/tell.ts';
import { useSession } from '../../shell/session.tsx';
import { plainDate, plusDays, today } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.delegations;

export default function DelegationsPage() {
  const query = useQuery(delegations);
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageHead title={w.title} hint={w.hint}>
        <Button leftSection={<IconPlus size={18} />} onClick={open}>
          {w.add}
        </Button>
      </PageHead>
      <Modal opened={opened} onClose={close} title={w.add}>
        {opened ? <NewDelegation onClose={close} /> : null}
      </Modal>
      <Asked query={query} empty={<Empty icon={<IconUserShare size={44} stroke={1.4} />} title={w.empty} />}>
        {(list) => (
          <div className={css.rows}>
            {list.map((one) => (
              <Delegation key={one.id} delegation={one} />
            ))}
          </div>
        )}
      </Asked>
    </>
  );
}

function Delegation({ delegation }: { delegation: DelegationView }) {
  const client = useQueryClient();
  const { person } = useSession();
  const { data: people = [] } = useQuery(approvers);
  const end = useMutation({
    mutationFn: () => endDelegation(delegation.id),
    onError: (error) => tellFailure(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['delegations'] }),
  });
  const nameOf = (id: string) => people.find((one) => one.id === id)?.displayName ?? w.someone;
  const isMine = delegation.fromPersonId === person.id;
  const day = today();
  const isOver = delegation.untilDate < day;
  const isAhead = delegation.fromDate > day;
  return (
    <div className={css.row}>
      <div className={css.grow}>
        <Text fw={600}>
          {isMine ? w.toOther(nameOf(delegation.toPersonId)) : w.toYou(nameOf(delegation.fromPersonId))}
        </Text>
        <Text size="sm" c="dimmed">
          {w.range(plainDate(delegation.fromDate), plainDate(delegation.untilDate))}
        </Text>
      </div>
      <Badge color={isOver || isAhead ? 'gray' : 'leaf'} variant="light" tt="none">
        {isOver ? w.over : isAhead ? w.ahead : w.active}
      </Badge>
      {isMine && !isOver ? (
        <Button
          size="sm"
          variant="default"
          loading={end.isPending}
          onClick={() => ask(w.end, w.endAsk, () => end.mutate())}
        >
          {w.end}
        </Button>
      ) : null}
    </div>
  );
}

function NewDelegation({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const { person } = useSession();
  const { data: people = [] } = useQuery(approvers);
  const form = useForm({
    initialValues: { toPersonId: '', fromDate: today(), untilDate: plusDays(today(), 6) },
    validate: { toPersonId: required },
  });
  const send = useSend(form, delegate, async () => {
    onClose();
    await client.invalidateQueries({ queryKey: ['delegations'] });
  });
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate>
      <Stack>
        <Select
          label={w.to}
          size="md"
          searchable
          data={people
            .filter(({ id }) => id !== person.id)
            .map(({ id, displayName }) => ({ value: id, label: displayName }))}
          {...form.getInputProps('toPersonId')}
        />
        {(['fromDate', 'untilDate'] as const).map((name) => (
          <DatePickerInput
            key={name}
            label={name === 'fromDate' ? words.time.from : words.time.until}
            size="md"
            valueFormat="DD/MM/YYYY"
            minDate={name === 'fromDate' ? today() : form.values.fromDate}
            {...form.getInputProps(name)}
          />
        ))}
        <FailureNote error={send.error} />
        <Button type="submit" size="md" loading={send.isPending}>
          {w.add}
        </Button>
      </Stack>
    </form>
  );
}
