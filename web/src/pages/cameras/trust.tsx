import { Alert, Button, Code, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconArrowsExchange, IconCertificate } from '@tabler/icons-react';
import type { CameraView } from '../../api/devices.ts';
import { ask } from '../../parts/ask.ts';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';

const w = words.cameras.trust;

interface TrustProps {
  readonly held: Pick<CameraView, 'state' | 'certificate' | 'shownCertificate'>;
  readonly confirm: (sha256: string) => Promise<unknown>;
  readonly accept: () => Promise<unknown>;
}

/** What a person must look at before anything more is told to what answers at this address. */
export function Trust({ held, confirm, accept }: TrustProps) {
  if (held.shownCertificate !== null && held.state.startsWith('certificate-'))
    return <Certificate before={held.certificate} shown={held.shownCertificate} send={confirm} />;
  return held.state === 'other-device' ? <OtherDevice send={accept} /> : null;
}

function Certificate({
  before,
  shown,
  send,
}: {
  before: string | null;
  shown: string;
  send: TrustProps['confirm'];
}) {
  const confirm = useConfirm(() => send(shown), w.confirmed);
  const isFirst = before === null;
  const may = useMay();
  return (
    <Alert
      color={isFirst ? 'amber' : 'clay'}
      icon={<IconCertificate />}
      title={isFirst ? w.unknownTitle : w.changedTitle}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{isFirst ? w.unknownHint : w.changedHint}</Text>
        <Fingerprint text={shown} />
        {before === null ? null : (
          <div>
            <Text size="xs" c="dimmed">
              {w.before}
            </Text>
            <Fingerprint text={before} />
          </div>
        )}
        {may('cameras.manage') ? (
          <Button
            loading={confirm.isPending}
            onClick={() => ask(w.confirm, w.confirmAsk, () => confirm.mutate())}
          >
            {w.confirm}
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}

/** In pairs, easy to compare, and none is broken at the end of a line. */
function Fingerprint({ text }: { text: string }) {
  return (
    <Code style={{ overflowWrap: 'anywhere' }} fz="sm">
      {(text.toUpperCase().match(/../g) ?? []).join(' ')}
    </Code>
  );
}

function OtherDevice({ send }: { send: TrustProps['accept'] }) {
  const accept = useConfirm(send, w.accepted);
  const may = useMay();
  return (
    <Alert color="clay" icon={<IconArrowsExchange />} title={w.otherTitle}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{w.otherHint}</Text>
        {may('cameras.manage') ? (
          <Button
            variant="default"
            loading={accept.isPending}
            onClick={() => ask(w.accept, w.acceptAsk, () => accept.mutate())}
          >
            {w.accept}
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}

function useConfirm(send: () => Promise<unknown>, done: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: () => tellDone(done),
    onError: (error) => tellFailure(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['cameras'] }),
  });
}
