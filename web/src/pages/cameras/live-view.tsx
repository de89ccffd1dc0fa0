import { Alert, Button, Group, Paper, Text, Title } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { CameraView } from '../../api/devices.ts';
import { useMay } from '../../shell/session.tsx';
import { length, lengthInWords } from '../../time/format.ts';
import { codeSentence } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import css from './live-view.module.css';
import { moment, since, worth } from './liveness.ts';
import { Turning } from './turning.tsx';
import { useViewing } from './use-viewing.ts';
import type { Watching } from './use-viewing.ts';

const w = words.viewings;
/** From then on the button to go on is there (ms). */
const goOnBeforeMs = 30_000;

/** What the camera sees now, for as long as somebody looks. */
export function LiveView({ camera }: { camera: CameraView }) {
  const may = useMay();
  const { watching, isStarting, over, start, stop, goOn } = useViewing(camera.id);
  if (!may('cameras.watch')) return null;
  return (
    <Paper p="md" component="section" aria-label={w.title}>
      <Title order={2} fz="1.1rem" mb="xs">
        {w.title}
      </Title>
      {watching === null ? (
        <>
          {over === null ? null : (
            <Alert color="amber" mb="sm" role="status">
              {codeSentence(over)}
            </Alert>
          )}
          <Group gap="sm">
            <Button
              leftSection={<IconPlayerPlay size={18} />}
              loading={isStarting}
              onClick={() => void start()}
              variant={over === null ? 'filled' : 'light'}
            >
              {over === null ? w.start : w.again}
            </Button>
            <Text size="sm" c="dimmed" style={{ flex: '1 1 180px' }}>
              {w.hint}
            </Text>
          </Group>
        </>
      ) : (
        <Picture name={camera.name} watching={watching} onStop={stop} onGoOn={() => void goOn()} />
      )}
    </Paper>
  );
}

function Picture(props: { name: string; watching: Watching; onStop: () => void; onGoOn: () => void }) {
  const { picture, state, told, isCutOff } = props.watching;
  const now = useMoment();
  const [broken, setBroken] = useState<string | null>(null);
  const shown = picture === null || picture.url === broken ? null : picture;
  const ageMs = shown === null ? null : shown.ageMs + since(shown.arrived, now);
  const is = ageMs === null || state === null ? 'none' : worth(ageMs, state);
  const endsInMs = state === null ? null : Math.max(0, state.endsInMs - since(told, now));
  const why = isCutOff ? w.unreachable : state?.fault == null ? '' : w.faults[state.fault];
  return (
    <>
      <figure
        className={`${css.frame} ${is === 'unmoved' ? css.unmoved : is === 'live' ? '' : css.past}`}
        data-worth={is}
        data-number={state?.number ?? 0}
      >
        <div className={css.view}>
          {shown === null ? null : (
            <img src={shown.url} alt={w.pictureOf(props.name)} onError={() => setBroken(shown.url)} />
          )}
          {is === 'none' ? <div className={css.words}>{why === '' ? w.waiting : why}</div> : null}
          {(is === 'still' || is === 'old') && ageMs !== null ? (
            <div className={css.words} role="alert">
              <strong>{is === 'still' ? w.stillTitle : w.oldTitle}</strong>
              {(is === 'still' ? w.still : w.old)(lengthInWords(ageMs / 1_000))} {why}
            </div>
          ) : null}
        </div>
        <figcaption className={css.stamp}>
          {is === 'live' && ageMs !== null ? (
            <>
              <i aria-hidden />
              <strong>{w.live}</strong>
              <span>{w.age((ageMs / 1_000).toFixed(1).replace('.', ','))}</span>
            </>
          ) : null}
          {is === 'unmoved' && state !== null ? (
            <>
              <i aria-hidden />
              <strong>{w.unmovedTitle}</strong>
              <span>{lengthInWords(state.unmovedMs / 1_000)}</span>
            </>
          ) : null}
        </figcaption>
      </figure>
      {is === 'unmoved' ? (
        <Text size="sm" mt="xs" role="status">
          {w.unmovedHelp}
        </Text>
      ) : null}
      <Group justify="space-between" mt="sm" gap="xs">
        <Text size="sm" c="dimmed" className="numbers">
          {[
            endsInMs === null ? '' : w.endsIn(length(endsInMs / 1_000)),
            state === null ? '' : w.viewers(state.viewers),
          ]
            .filter((part) => part !== '')
            .join(' · ')}
        </Text>
        <Group gap="xs">
          {endsInMs !== null && endsInMs < goOnBeforeMs ? (
            <Button size="sm" onClick={props.onGoOn}>
              {w.goOn}
            </Button>
          ) : null}
          <Button
            size="sm"
            variant="default"
            leftSection={<IconPlayerStop size={16} />}
            onClick={props.onStop}
          >
            {w.stop}
          </Button>
        </Group>
      </Group>
      {shown === null ? null : <Turning viewingId={props.watching.id} />}
    </>
  );
}

/** Now, told again often enough for tenths of a second. */
function useMoment() {
  const [now, setNow] = useState(moment);
  useEffect(() => {
    const timer = setInterval(() => setNow(moment()), 100);
    return () => clearInterval(timer);
  }, []);
  return now;
}
