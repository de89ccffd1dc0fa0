import { Button, Group, Modal, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import { addConnector, connectors, enrolConnector } from '../../api/devices.ts';
import type { ConnectorView } from '../../api/devices.ts';
import { EnrolmentModal } from '../../parts/enrolment.tsx';
import { required, useSend } from '../../parts/form.ts';
import css from '../../parts/lines.module.css';
import { Asked, FailureNote } from '../../parts/states.tsx';
import { useNow } from '../../time/clock.ts';
import { ago } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.cameras;

/** The processes that speak with cameras, here and at other sites. */
export function Connectors() {
  const query = useQuery(connectors);
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <section style={{ marginTop: 36 }}>
      <Group justify="space-between" align="flex-start" mb="sm">
        <div>
          <Title order={2} fz="1.15rem">
            {w.connectors}
          </Title>
          <Text size="sm" c="dimmed" maw={620}>
            {w.connectorsHint}
          </Text>
        </div>
        <Button variant="default" leftSection={<IconPlus size={18} />} onClick={open}>
          {w.connectorAdd}
        </Button>
      </Group>
      <Modal opened={opened} onClose={close} title={w.connectorAdd}>
        {opened ? <NewConnector onClose={close} /> : null}
      </Modal>
      <Asked query={query}>
        {(list) => (
          <div className={css.rows}>
            {list.map((connector) => (
              <Connector key={connector.id} connector={connector} />
            ))}
          </div>
        )}
      </Asked>
    </section>
  );
}

function Connector({ connector }: { connector: ConnectorView }) {
  const now = useNow(5_000);
  const client = useQueryClient();
  const [opened, { open, close }] = useDisclosure(false);
  const state = !connector.enrolled
    ? w.connectorNotEnrolled
    : connector.online
      ? w.connectorOnline
      : w.connectorOffline;
  return (
    <div className={css.row}>
      <div className={css.grow}>
        <Text fw={600}>{connector.name}</Text>
        <Text size="xs" c="dimmed">
          {w.connectorCameras(connector.cameras)} · {state}
          {connector.heardAt === null ? '' : `, ${words.heard(ago(connector.heardAt, now))}`}
        </Text>
      </div>
      <Button size="sm" variant="light" onClick={open}>
        {w.connectorEnrol}
      </Button>
      <EnrolmentModal
        name={connector.name}
        opened={opened}
        isReplacement={connector.enrolled}
        request={() => enrolConnector(connector.id)}
        onClose={() => {
          close();
          void client.invalidateQueries({ queryKey: ['connectors'] });
        }}
      />
    </div>
  );
}

function NewConnector({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const form = useForm({ initialValues: { name: '' }, validate: { name: required } });
  const send = useSend(
    form,
    ({ name }: { name: string }) => addConnector(name),
    async () => {
      onClose();
      await client.invalidateQueries({ queryKey: ['connectors'] });
    },
  );
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate>
      <Stack>
        <TextInput label={w.connectorName} size="md" data-autofocus {...form.getInputProps('name')} />
        <FailureNote error={send.error} />
        <Button type="submit" loading={send.isPending}>
          {words.common.add}
        </Button>
      </Stack>
    </form>
  );
}
