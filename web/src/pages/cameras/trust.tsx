import { Alert, Button, Code, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconArrowsExchange, IconCertificate } from '@tabler/icons-react';
import { acceptDevice, trustCertificate } from '../../api/devices.ts';
import type { CameraView } from '../../api/devices.ts';
import { ask } from '../../parts/ask.ts';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';

const w = words.cameras.trust;

/** What a person must look at before anything more is told to what answers at this address. */
export function Trust({ camera }: { camera: CameraView }) {
  if (camera.shownCertificate !== null && camera.state.startsWith('certificate-'))
    return <Certificate camera={camera} shown={camera.shownCertificate} />;
  return camera.state === 'other-device' ? <OtherDevice camera={camera} /> : null;
}

function Certificate({ camera, shown }: { camera: CameraView; shown: string }) {
  const confirm = useConfirm(() => trustCertificate(camera.id, shown), w.confirmed);
  const isFirst = camera.certificate === null;
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
        {camera.certificate === null ? null : (
          <div>
            <Text size="xs" c="dimmed">
              {w.before}
            </Text>
            <Fingerprint text={camera.certificate} />
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

function OtherDevice({ camera }: { camera: CameraView }) {
  const accept = useConfirm(() => acceptDevice(camera.id), w.accepted);
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

function useConfirm(send: () => Promise<CameraView>, done: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: () => tellDone(done),
    onError: (error) => tellFailure(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['cameras'] }),
  });
}
