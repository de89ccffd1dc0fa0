import { Alert, Button, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { IconVolume, IconWaveSine } from '@tabler/icons-react';
import type { AnnouncementAct, AnnouncementView } from '../../api/announcements.ts';
import { Player } from '../../parts/player.tsx';
import { codeSentence } from '../../words/failure-words.ts';
import { lengthInWords } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.announcements;

/** The recording of this revision: being made, there to be heard, or still missing. */
export function RecordingPanel(props: {
  view: AnnouncementView;
  onRender: () => void;
  onStop: () => void;
  doing: AnnouncementAct['act'] | null;
}) {
  const { recording, rendering, actions } = props.view;
  const isRendering = rendering !== null && rendering.faultCode === null;
  return (
    <Paper p="md">
      <Text fw={600} mb={8}>
        <IconVolume size={18} aria-hidden style={{ verticalAlign: '-3px' }} /> {w.sound}
      </Text>
      <Stack gap="sm">
        {isRendering ? (
          <div role="status">
            <Text size="sm" mb={6}>
              {rendering.of === 0 ? w.renderingStart : w.rendering(rendering.done, rendering.of)}
            </Text>
            <Group gap="sm" wrap="nowrap">
              <Progress
                style={{ flex: 1 }}
                value={rendering.of === 0 ? 100 : (rendering.done / rendering.of) * 100}
                animated
                size="lg"
                radius="xl"
                aria-label={w.renderingStart}
              />
              {actions.includes('stop-rendering') ? (
                <Button
                  size="compact-md"
                  variant="default"
                  loading={props.doing === 'stop-rendering'}
                  onClick={props.onStop}
                >
                  {w.stopRendering}
                </Button>
              ) : null}
            </Group>
          </div>
        ) : null}
        {rendering !== null && rendering.faultCode !== null ? (
          <Alert color="clay" title={w.renderFailed}>
            {codeSentence(rendering.faultCode)}
          </Alert>
        ) : null}
        {recording === null ? (
          isRendering ? null : (
            <Text size="sm" c="dimmed">
              {w.noSoundYet}
              {props.view.expectedSeconds === null
                ? null
                : ` ${w.expectedLength(lengthInWords(props.view.expectedSeconds))}.`}
            </Text>
          )
        ) : (
          <>
            <Player src={recording.mp3Url} seconds={recording.seconds} marks={recording.marks} />
            {recording.isFallback ? <Alert color="amber">{w.fallback}</Alert> : null}
            <Text size="xs" c="dimmed">
              {w.soundHint}
            </Text>
            <Text size="xs" c="dimmed" className="numbers" style={{ overflowWrap: 'anywhere' }}>
              {w.loudness(recording.loudnessLufs.toFixed(1), recording.truePeakDbtp.toFixed(1))} ·{' '}
              {w.voiceUsed(recording.voiceId)}
            </Text>
          </>
        )}
        {actions.includes('render') && !isRendering ? (
          <Button
            variant={recording === null ? 'filled' : 'default'}
            leftSection={<IconWaveSine size={18} />}
            loading={props.doing === 'render'}
            onClick={props.onRender}
          >
            {recording === null ? w.render : w.renderAgain}
          </Button>
        ) : null}
      </Stack>
    </Paper>
  );
}
