import { Alert, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { preview } from '../../api/broadcasts.ts';
import type { BroadcastPreviewView, BroadcastRequest } from '../../api/broadcasts.ts';
import { FailureNote, Waiting } from '../../parts/states.tsx';
import { clock, clockExact, lengthInWords, local, weekdayDate } from '../../time/format.ts';
import { warningSentence } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';

const w = words.broadcast;
const shown = 6;

/** What would happen, before it is confirmed. */
export function Preview({ request }: { request: BroadcastRequest | null }) {
  const { data, error, refetch } = useQuery(preview(request));
  return (
    <Stack gap="sm" aria-live="polite">
      <Text fw={600}>{w.preview}</Text>
      {request === null ? (
        <Text size="sm" c="dimmed">
          {w.previewHint}
        </Text>
      ) : error !== null ? (
        <FailureNote error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Waiting lines={3} height={24} />
      ) : (
        <>
          <div>
            <Text fw={600} fz="lg">
              {w.poles(data.poles)}
            </Text>
            <Text size="sm" c="dimmed">
              {lengthAndEnd(data)}
            </Text>
          </div>
          {data.warnings.map((warning) => (
            <Alert key={`${warning.code} ${warning.about}`} color="amber" py="xs">
              {warningSentence(warning)}
            </Alert>
          ))}
          <div>
            <Text size="sm" c="dimmed" mb={4}>
              {w.nextTimes}
            </Text>
            {data.next.slice(0, shown).map((at) => (
              <Text
                key={at}
                size="sm"
                className="numbers"
                py={4}
                style={{ borderTop: '1px solid var(--line)' }}
              >
                <strong>{w.fromUntil(clock(at), clockExact(endOf(at, data)))}</strong>{' '}
                {weekdayDate(local(at).format('YYYY-MM-DD'))}
              </Text>
            ))}
            {data.next.length > shown ? (
              <Text size="sm" c="dimmed">
                {w.andMore}
              </Text>
            ) : null}
          </div>
        </>
      )}
    </Stack>
  );
}

/** All repeats, with the pauses between them. */
function endOf(at: string, { seconds }: BroadcastPreviewView): string {
  return new Date(Date.parse(at) + Math.ceil(seconds) * 1_000).toISOString();
}

function lengthAndEnd(preview: BroadcastPreviewView): string {
  const length = lengthInWords(preview.seconds);
  const [first, second] = preview.next;
  if (first === undefined) return w.totalOnly(length);
  return w.total(length, clockExact(endOf(first, preview)), second === undefined);
}
