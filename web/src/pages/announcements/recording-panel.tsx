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
  const { expectedSeconds, longestSeconds } = props.view;
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
              {renderingWords(rendering)}
            </Text>
            <Group gap="sm" wrap="nowrap">
              <Progress
                style={{ flex: 1 }}
                value={renderingPercent(rendering)}
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
            <>
              <Text size="sm" c="dimmed">
                {w.noSoundYet}
                {expectedSeconds === null ? null : ` ${w.expectedLength(lengthInWords(expectedSeconds))}.`}
              </Text>
              {expectedSeconds !== null && expectedSeconds > longestSeconds ? (
                <Alert color="amber">
                  {w.tooLong(lengthInWords(expectedSeconds), lengthInWords(longestSeconds))}
                </Alert>
              ) : null}
            </>
          )
        ) : (
          <>
            <Player src={recording.mp3Url} seconds={recording.seconds} marks={recording.marks} />
            {recording.isFallback ? <Alert color="amber">{w.fallback}</Alert> : null}
            <Text size="xs" c="dimmed">
              {w.soundHint}
            </Text>
            <Text size="xs" c="dimmed" className="numbers" title={recording.voiceId}>
              {w.loudness(decibels(recording.loudnessLufs), decibels(recording.truePeakDbtp))} ·{' '}
              {w.voiceUsed(engineOf(recording.voiceId))}
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

const decibels = (value: number): string => value.toFixed(1).replace('.', ',').replace('-', '−');

/** The first part of a voice's id says who speaks. */
const engineOf = (voiceId: string): string => words.voice.engines[voiceId.split('/')[0] ?? ''] ?? voiceId;

type Rendering = NonNullable<AnnouncementView['rendering']>;

function renderingWords({ done, of, encodedPercent }: Rendering): string {
  if (encodedPercent !== null) return w.encoding(encodedPercent);
  return of === 0 ? w.renderingStart : w.rendering(done, of);
}

/** Speaking takes about a third of the time in the embedded voice, and more in another. */
function renderingPercent({ done, of, encodedPercent }: Rendering): number {
  if (encodedPercent !== null) return 40 + encodedPercent * 0.6;
  return of === 0 ? 100 : (done / of) * 40;
}
