import { ActionIcon, Slider, Text } from '@mantine/core';
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { length } from '../time/format.ts';
import { words } from '../words/words.ts';
import css from './player.module.css';
import { tellRefused } from './tell.ts';

export interface Heard {
  /** Seconds that really sounded here: moving the slider does not count. */
  readonly seconds: number;
  readonly isAll: boolean;
}

export interface SpokenMark {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** One recording, with a button that a thumb finds. Tells how much of it was listened to. */
export function Player(props: {
  src: string;
  seconds: number;
  label?: string;
  color?: string;
  /** When each sentence sounds: shown below, the one that sounds now marked; a touch plays from there. */
  marks?: readonly SpokenMark[];
  onHeard?: (heard: Heard) => void;
}) {
  const { src, seconds, onHeard, marks = [] } = props;
  const audio = useRef<HTMLAudioElement>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const heard = useRef({ seconds: 0, lastAt: 0, isAll: false });

  const advance = (): void => {
    const now = audio.current?.currentTime ?? 0;
    const step = now - heard.current.lastAt;
    // A jump is a slider's move; what sounded comes in steps of about a quarter second.
    if (step > 0 && step < 1.5) heard.current.seconds += step;
    heard.current.lastAt = now;
    heard.current.isAll ||= heard.current.seconds >= seconds - 1;
    setAt(now);
    if (heard.current.seconds > 0) {
      onHeard?.({ seconds: Math.min(heard.current.seconds, seconds), isAll: heard.current.isAll });
    }
  };
  const toggle = (): void => {
    const element = audio.current;
    if (element === null) return;
    if (isPlaying) element.pause();
    else element.play().catch(() => tellRefused(words.today.listenFailed));
  };
  const goTo = (to: number): void => {
    if (audio.current === null) return;
    audio.current.currentTime = to;
    heard.current.lastAt = to;
    setAt(to);
  };
  const playFrom = (to: number): void => {
    goTo(to);
    if (!isPlaying) toggle();
  };
  return (
    <div>
      <div style={{ display: 'flex', alignItems: 'center', gap: 14 }}>
        <audio
          ref={audio}
          src={src}
          preload="metadata"
          onPlay={() => setPlaying(true)}
          onPause={() => setPlaying(false)}
          onEnded={() => {
            advance();
            setPlaying(false);
          }}
          onTimeUpdate={advance}
        />
        <ActionIcon
          size={54}
          radius="xl"
          color={props.color ?? 'leaf'}
          variant="filled"
          onClick={toggle}
          aria-label={isPlaying ? words.player.pause : (props.label ?? words.player.play)}
        >
          {isPlaying ? <IconPlayerPauseFilled size={26} /> : <IconPlayerPlayFilled size={26} />}
        </ActionIcon>
        <div style={{ flex: 1, minWidth: 0 }}>
          <Slider
            value={Math.min(at, seconds)}
            min={0}
            max={Math.max(1, seconds)}
            step={0.1}
            label={null}
            color={props.color ?? 'leaf'}
            size={6}
            thumbLabel={words.player.position}
            onChange={goTo}
          />
          <Text size="xs" c="dimmed" className="numbers" mt={6}>
            {words.today.elapsed(length(at), length(seconds))}
          </Text>
        </div>
      </div>
      {marks.length > 0 ? (
        <ol className={css.sentences} aria-label={words.player.sentences}>
          {marks.map((mark) => {
            const isNow = at >= mark.startSeconds && at < mark.endSeconds;
            return (
              <li key={mark.startSeconds}>
                <button
                  type="button"
                  className={css.sentence}
                  aria-current={isNow ? 'true' : undefined}
                  onClick={() => playFrom(mark.startSeconds)}
                >
                  {mark.text}
                </button>
              </li>
            );
          })}
        </ol>
      ) : null}
    </div>
  );
}
