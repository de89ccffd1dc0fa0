import { Alert, Button, Center, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconCopy, IconRefresh } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { EnrolmentView } from '../api/devices.ts';
import { useNow } from '../time/clock.ts';
import { length } from '../time/format.ts';
import { words } from '../words/words.ts';
import { copyText } from './copy.ts';
import { FailureNote, Waiting } from './states.tsx';
import { tellDone } from './tell.ts';

const w = words.enrolment;

/** The one-time code of a box: to be scanned, typed or pasted at its place. Each opening asks for a fresh one. */
export function EnrolmentModal(props: {
  name: string;
  opened: boolean;
  onClose: () => void;
  request: () => Promise<EnrolmentView>;
  isReplacement?: boolean;
}) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={`${w.title}: ${props.name}`} size="md">
      {props.opened ? (
        <Enrolment request={props.request} isReplacement={props.isReplacement === true} />
      ) : null}
    </Modal>
  );
}

function Enrolment(props: { request: () => Promise<EnrolmentView>; isReplacement: boolean }) {
  const { mutate, data, error, isPending } = useMutation({ mutationFn: props.request });
  useEffect(() => mutate(), [mutate]);
  const now = useNow(1_000);
  if (data === undefined) {
    return error === null ? (
      <Waiting lines={2} height={120} />
    ) : (
      <FailureNote error={error} onRetry={() => mutate()} />
    );
  }
  const left = (Date.parse(data.expiresAt) - now) / 1_000;
  return (
    <Stack>
      <Text size="sm">{w.hint}</Text>
      {props.isReplacement ? <Alert color="amber">{w.replaceWarn}</Alert> : null}
      {left <= 0 ? (
        <Alert color="clay" title={w.expired}>
          <Button
            variant="default"
            leftSection={<IconRefresh size={18} />}
            loading={isPending}
            onClick={() => mutate()}
          >
            {w.again}
          </Button>
        </Alert>
      ) : (
        <>
          <Center>
            {/* As a picture, an SVG runs nothing. */}
            <img
              src={`data:image/svg+xml;utf8,${encodeURIComponent(data.qrSvg)}`}
              alt={w.qr}
              width={232}
              height={232}
              style={{ background: '#fff', borderRadius: 10, border: '1px solid var(--line)' }}
            />
          </Center>
          <div style={{ textAlign: 'center' }}>
            <Text size="sm" c="dimmed">
              {w.code}
            </Text>
            <Text className="mono" fw={700} fz="1.35rem">
              {data.code}
            </Text>
            <Text size="sm" className="numbers" role="timer">
              {w.expires(length(left))}
            </Text>
          </div>
          <Button
            variant="light"
            leftSection={<IconCopy size={18} />}
            onClick={() =>
              void copyText(data.link).then((isCopied) => {
                if (isCopied) tellDone(words.common.copied);
              })
            }
          >
            {w.copyLink}
          </Button>
        </>
      )}
    </Stack>
  );
}
