import { Alert, Button, Center, Checkbox, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { RecoverySheetView } from '../../api/accounts.ts';
import { dateTime } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.recovery;

/** Read aloud or typed in, a long key is only bearable in groups. */
const inGroups = (key: string): string => key.replace(/(.{4})(?=.)/g, '$1 ');

/** Shown once. Whoever goes on says that it is on paper. */
export function RecoverySheet({ sheet, onDone }: { sheet: RecoverySheetView; onDone: () => void }) {
  const [printed, setPrinted] = useState(false);
  const navigate = useNavigate();
  const lines: readonly (readonly [string, string])[] = [
    [w.commune, sheet.communeName],
    [w.keyId, inGroups(sheet.rootKeyId)],
    [w.madeAt, dateTime(sheet.madeAt)],
  ];
  return (
    <Center p="md" mih="100dvh">
      <Stack maw={680} w="100%">
        <Paper p="xl" component="main">
          <Group gap="sm" mb="md" wrap="nowrap">
            <img src="/logo.svg" alt="" width={44} height={44} />
            <Title order={1} fz="1.4rem">
              {w.title}
            </Title>
          </Group>
          <Text mb="sm">{w.why}</Text>
          <Alert color="amber" variant="light" mb="lg">
            <strong>{w.care}</strong>
          </Alert>
          <dl style={{ margin: 0 }}>
            {lines.map(([name, value]) => (
              <div key={name} style={{ marginBottom: 10 }}>
                <Text component="dt" size="xs" c="dimmed">
                  {name}
                </Text>
                <Text component="dd" m={0} fw={600} style={{ overflowWrap: 'anywhere' }}>
                  {value}
                </Text>
              </div>
            ))}
            <Text component="dt" size="xs" c="dimmed">
              {w.key}
            </Text>
            <dd
              className="mono"
              style={{
                margin: '4px 0 0',
                padding: 14,
                border: '2px solid #20211e',
                borderRadius: 8,
                lineHeight: 1.9,
                // A line that breaks is copied as two.
                whiteSpace: 'nowrap',
                fontSize: 'clamp(12.5px, 3.5vw, 17px)',
              }}
            >
              {sheet.lines.map((line, index) => (
                <div key={line}>
                  <span style={{ color: '#6b685e' }}>{index + 1}.</span> {line}
                </div>
              ))}
            </dd>
          </dl>
          <div className="only-print" style={{ marginTop: 60 }}>
            {w.signature}: …………………………………………………………
          </div>
        </Paper>
        <Stack className="no-print" gap="sm">
          <Button
            size="lg"
            variant="default"
            leftSection={<IconPrinter size={20} />}
            onClick={() => window.print()}
          >
            {w.print}
          </Button>
          <Checkbox
            size="md"
            label={w.printed}
            checked={printed}
            onChange={(event) => setPrinted(event.currentTarget.checked)}
          />
          <Button
            size="lg"
            disabled={!printed}
            onClick={() => {
              onDone();
              void navigate('/today', { replace: true });
            }}
          >
            {w.next}
          </Button>
        </Stack>
      </Stack>
    </Center>
  );
}
