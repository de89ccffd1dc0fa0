import { Button, List, Paper, Table, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconCheck, IconPlugOff, IconSpy } from '@tabler/icons-react';
import { useState } from 'react';
import { forge, pullThePlug } from '../../api/broadcasts.ts';
import type { Forged, PoleToday } from '../../api/broadcasts.ts';
import { FailureNote } from '../../parts/states.tsx';
import { refusalReason } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';

/** The two buttons that convince. In the demonstration only. */
export function Demonstration({ brokerUp }: { poles: readonly PoleToday[]; brokerUp: boolean }) {
  const forging = useMutation({ mutationFn: forge });
  const plug = useMutation({ mutationFn: pullThePlug, onMutate: () => setWasDown(false) });
  // The answer may be here before the news that the broker is gone: it is back only after it was away.
  const [wasDown, setWasDown] = useState(false);
  if (!brokerUp && !wasDown) setWasDown(true);
  return (
    <Paper p="md" style={{ borderStyle: 'dashed', borderColor: 'var(--mantine-color-leaf-4)' }}>
      <Title order={2} fz="1.05rem">
        {words.demo.title}
      </Title>
      <Text size="xs" c="dimmed" mb="sm">
        {words.demo.hint}
      </Text>
      <Button
        fullWidth
        variant="light"
        leftSection={<IconSpy size={19} />}
        loading={forging.isPending}
        onClick={() => forging.mutate()}
      >
        {words.demo.forge}
      </Button>
      <Text size="xs" c="dimmed" mt={4}>
        {words.demo.forgeHint}
      </Text>
      <FailureNote error={forging.error} />
      {forging.data === undefined ? null : <ForgedTable results={forging.data.results} />}

      <Button
        fullWidth
        mt="md"
        variant="light"
        leftSection={<IconPlugOff size={19} />}
        loading={plug.isPending}
        disabled={!brokerUp}
        onClick={() => plug.mutate()}
      >
        {words.demo.plug}
      </Button>
      <Text size="xs" c="dimmed" mt={4}>
        {words.demo.plugHint}
      </Text>
      <FailureNote error={plug.error} />
      {plug.data === undefined ? null : (
        <div role="status">
          <Text size="sm" fw={600} mt="xs">
            {brokerUp && wasDown ? words.demo.plugBack : words.demo.plugDown(plug.data.downSeconds)}
          </Text>
          <List size="xs" mt={4} spacing={4}>
            {words.demo.plugWhat.map((line) => (
              <List.Item key={line}>{line}</List.Item>
            ))}
          </List>
        </div>
      )}
    </Paper>
  );
}

function ForgedTable({ results }: { results: readonly Forged[] }) {
  const refused = results.filter(({ forged, replayed }) => forged !== '' && replayed !== '');
  return (
    <div role="status">
      <Text size="sm" fw={600} mt="xs">
        <IconCheck size={16} aria-hidden style={{ verticalAlign: '-3px' }} />{' '}
        {words.demo.forgeDone(refused.length, results.length)}
      </Text>
      <Table fz="xs" verticalSpacing={5} horizontalSpacing={4}>
        <Table.Tbody>
          {results.map((result) => (
            <Table.Tr key={result.loudspeakerId}>
              <Table.Td>
                <strong>{result.name}</strong>
                <br />
                {words.demo.forgedColumn}: {refusalReason(result.forged)}
                <br />
                {words.demo.replayedColumn}: {refusalReason(result.replayed)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
