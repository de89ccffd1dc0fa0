import { Alert, Button, Code, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconCopy, IconDownload, IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { detectorSetup, newDetectorKey } from '../../api/detectors.ts';
import type { DetectorSetupView, DetectorView } from '../../api/detectors.ts';
import { ask } from '../../parts/ask.ts';
import { copyText } from '../../parts/copy.ts';
import css from '../../parts/lines.module.css';
import { Asked } from '../../parts/states.tsx';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { words } from '../../words/words.ts';
import { frigateConfig, webhookExample } from './detector-snippets.ts';

const w = words.detectors;

/** How a detector is connected. @param made its key, when it was made just now: nobody can see it again */
export function DetectorSetup(props: {
  detector: DetectorView | null;
  made: string | null;
  onClose: () => void;
}) {
  const { detector, made, onClose } = props;
  return (
    <Modal
      opened={detector !== null}
      onClose={onClose}
      title={`${w.setup}: ${detector?.name ?? ''}`}
      size="lg"
    >
      {detector === null ? null : <Setup detector={detector} made={made} />}
    </Modal>
  );
}

function Setup({ detector, made }: { detector: DetectorView; made: string | null }) {
  const query = useQuery(detectorSetup(detector.id));
  const client = useQueryClient();
  const [renewed, setRenewed] = useState<string | null>(null);
  const key = renewed ?? made;
  const renew = useMutation({
    mutationFn: () => newDetectorKey(detector.id),
    onSuccess: (answer) => {
      setRenewed(answer.key);
      return client.invalidateQueries({ queryKey: ['detectors'] });
    },
    onError: (error) => tellFailure(error),
  });
  return (
    <Asked query={query}>
      {(setup) => (
        <Stack>
          {key === null ? (
            <Group>
              <Button
                variant="default"
                leftSection={<IconKey size={18} />}
                loading={renew.isPending}
                onClick={() => ask(w.newKey, w.newKeyAsk, () => renew.mutate())}
              >
                {w.newKey}
              </Button>
            </Group>
          ) : (
            <Alert color="amber" title={w.key}>
              <Text size="sm" mb="xs">
                {w.keyOnce}
              </Text>
              <Copied text={key} />
            </Alert>
          )}
          <div>
            <Button
              component="a"
              variant="default"
              href={`data:application/x-pem-file;charset=utf-8,${encodeURIComponent(setup.authority)}`}
              download="ca.pem"
              leftSection={<IconDownload size={18} />}
            >
              {w.authority}
            </Button>
            <Text size="xs" c="dimmed" mt={4}>
              {w.authorityHint}
            </Text>
          </div>
          {detector.form === 'frigate' ? (
            <>
              <Steps steps={w.frigateSteps} />
              <Copied text={frigateConfig(detector, setup, key ?? w.keyPlace)} />
            </>
          ) : (
            <>
              <Steps steps={w.envelopeSteps} />
              <Text fw={600}>{w.overWebhook}</Text>
              <Copied text={webhookExample(detector, setup, key ?? w.keyPlace)} />
              <Text fw={600}>{w.overMqtt}</Text>
              <Mqtt setup={setup} />
            </>
          )}
        </Stack>
      )}
    </Asked>
  );
}

function Steps({ steps }: { steps: readonly string[] }) {
  return (
    <List type="ordered" size="sm" spacing={4}>
      {steps.map((step) => (
        <List.Item key={step}>{step}</List.Item>
      ))}
    </List>
  );
}

function Mqtt({ setup }: { setup: DetectorSetupView }) {
  const { brokerHost, brokerPort, clientId, topicPrefix } = setup;
  const facts = [
    [w.mqttLines.broker, `mqtts://${brokerHost}:${String(brokerPort)}`],
    [w.mqttLines.user, clientId],
    [w.mqttLines.topic, `${topicPrefix}/detections`],
    [w.mqttLines.answers, `${topicPrefix}/answers`],
  ] as const;
  return (
    <dl className={css.facts}>
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd className="mono" style={{ fontSize: '0.82rem' }}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Copied({ text }: { text: string }) {
  return (
    <div>
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {text}
      </Code>
      <Button
        mt={6}
        size="xs"
        variant="light"
        leftSection={<IconCopy size={16} />}
        onClick={() =>
          void copyText(text).then((isCopied) => {
            if (isCopied) tellDone(words.common.copied);
          })
        }
      >
        {w.copy}
      </Button>
    </div>
  );
}
