import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconMicrophone, IconPlayerStopFilled, IconRefresh, IconUpload } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { length } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { clippedPeak, MicrophoneFailure, noisyDb, openMicrophone, softDb } from './microphone.ts';
import type { Microphone, MicrophoneFault } from './microphone.ts';

const w = words.versions;
const countFrom = 3;

type Stage =
  | { readonly name: 'ready'; readonly fault?: MicrophoneFault }
  | { readonly name: 'counting'; readonly left: number }
  | { readonly name: 'recording'; readonly seconds: number }
  | { readonly name: 'recorded'; readonly sound: Blob; readonly seconds: number };

/** What was heard while it recorded: told afterwards, when something can be done about it. */
interface Quality {
  readonly noise: boolean;
  readonly soft: boolean;
  readonly clipped: boolean;
}
const fine: Quality = { noise: false, soft: false, clipped: false };

/** Counts down, records with a meter that moves, lets the person listen, and hands over what they keep. */
export function RecordSound(props: {
  onKeep: (sound: Blob) => void;
  isSending: boolean;
  maximumSeconds: number;
}) {
  const [stage, setStage] = useState<Stage>({ name: 'ready' });
  const [level, setLevel] = useState(-100);
  const [quality, setQuality] = useState(fine);
  const microphone = useRef<Microphone | null>(null);
  const heard = useRef({ noiseDb: [] as number[], speechDb: [] as number[], clipped: 0 });

  const close = useCallback(() => {
    microphone.current?.close();
    microphone.current = null;
  }, []);
  useEffect(() => close, [close]);

  const open = async (): Promise<void> => {
    setQuality(fine);
    heard.current = { noiseDb: [], speechDb: [], clipped: 0 };
    try {
      microphone.current = await openMicrophone();
      setStage({ name: 'counting', left: countFrom });
    } catch (error) {
      setStage({ name: 'ready', fault: error instanceof MicrophoneFailure ? error.fault : 'busy' });
    }
  };

  const stop = useCallback(
    async (seconds: number): Promise<void> => {
      const sound = await microphone.current?.end();
      close();
      const { noiseDb, speechDb, clipped } = heard.current;
      const loudest = share(speechDb, 0.95);
      setQuality({ noise: share(noiseDb, 0.5) > noisyDb, soft: loudest < softDb, clipped: clipped >= 3 });
      setStage(sound === undefined ? { name: 'ready', fault: 'busy' } : { name: 'recorded', sound, seconds });
    },
    [close],
  );

  // The count and the clock.
  useEffect(() => {
    if (stage.name !== 'counting' && stage.name !== 'recording') return;
    const timer = setTimeout(() => {
      if (stage.name === 'recording') {
        if (stage.seconds + 1 >= props.maximumSeconds) void stop(stage.seconds + 1);
        else setStage({ name: 'recording', seconds: stage.seconds + 1 });
      } else if (stage.left > 1) setStage({ name: 'counting', left: stage.left - 1 });
      else {
        microphone.current?.begin();
        setStage({ name: 'recording', seconds: 0 });
      }
    }, 1_000);
    return () => clearTimeout(timer);
  }, [stage, stop, props.maximumSeconds]);

  // The meter. What is heard while it counts is the room; afterwards it is the voice.
  const isListening = stage.name === 'counting' || stage.name === 'recording';
  const isRecording = stage.name === 'recording';
  useEffect(() => {
    if (!isListening) return;
    const timer = setInterval(() => {
      const now = microphone.current?.level();
      if (now === undefined) return;
      setLevel(now.rmsDb);
      (isRecording ? heard.current.speechDb : heard.current.noiseDb).push(now.rmsDb);
      if (isRecording && now.peak >= clippedPeak) heard.current.clipped += 1;
    }, 100);
    return () => clearInterval(timer);
  }, [isListening, isRecording]);

  if (stage.name === 'recorded') {
    return (
      <Recorded
        sound={stage.sound}
        seconds={stage.seconds}
        quality={quality}
        isSending={props.isSending}
        onAgain={() => void open()}
        onKeep={() => props.onKeep(stage.sound)}
      />
    );
  }
  return (
    <Stack align="center" gap="sm" py="sm">
      {stage.name === 'ready' ? (
        <>
          {stage.fault === undefined ? (
            <Text size="sm" c="dimmed" ta="center">
              {w.recordHint}
            </Text>
          ) : (
            <Alert color="clay" title={w.noMicrophone} w="100%">
              {w.microphoneFaults[stage.fault]}
            </Alert>
          )}
          <Button size="lg" leftSection={<IconMicrophone size={22} />} onClick={() => void open()}>
            {w.record}
          </Button>
        </>
      ) : (
        <>
          <Text fz={44} fw={700} lh={1} className="numbers" role="timer" aria-live="assertive">
            {stage.name === 'counting' ? stage.left : length(stage.seconds)}
          </Text>
          <Text size="sm" c="dimmed">
            {stage.name === 'counting' ? w.getReady : w.recording}
          </Text>
          <Progress
            value={Math.max(0, Math.min(100, ((level + 60) / 60) * 100))}
            color={level > -6 ? 'red.6' : level < -45 ? 'gray.5' : 'leaf.7'}
            size="xl"
            radius="xl"
            w="100%"
            transitionDuration={90}
            aria-label={w.level}
          />
          {stage.name === 'recording' ? (
            <Button
              size="lg"
              color="red.7"
              leftSection={<IconPlayerStopFilled size={20} />}
              onClick={() => void stop(stage.seconds)}
            >
              {w.stop}
            </Button>
          ) : null}
        </>
      )}
    </Stack>
  );
}

function Recorded(props: {
  sound: Blob;
  seconds: number;
  quality: Quality;
  isSending: boolean;
  onAgain: () => void;
  onKeep: () => void;
}) {
  const { sound, quality } = props;
  const player = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const url = URL.createObjectURL(sound);
    if (player.current !== null) player.current.src = url;
    return () => URL.revokeObjectURL(url);
  }, [sound]);
  const warnings = (['noise', 'soft', 'clipped'] as const).filter((each) => quality[each]);
  return (
    <Stack gap="sm">
      <Text size="sm">{w.listenBack(length(props.seconds))}</Text>
      {/* The browser's own player: what a recorder just wrote has no length that ours could show. */}
      <audio ref={player} controls style={{ width: '100%' }} aria-label={w.listenOwn} />
      {warnings.map((each) => (
        <Alert key={each} color="amber" py="xs">
          {w.quality[each]}
        </Alert>
      ))}
      <Group grow>
        <Button
          variant="default"
          size="md"
          disabled={props.isSending}
          leftSection={<IconRefresh size={18} />}
          onClick={props.onAgain}
        >
          {w.again}
        </Button>
        <Button
          size="md"
          loading={props.isSending}
          leftSection={<IconUpload size={18} />}
          onClick={props.onKeep}
        >
          {w.keep}
        </Button>
      </Group>
    </Stack>
  );
}

/** The value below which that share of them lies. */
function share(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(part * (sorted.length - 1))] ?? -100;
}
