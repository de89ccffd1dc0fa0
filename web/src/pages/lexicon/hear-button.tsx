import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { hearSpoken } from '../../api/lexicon.ts';
import { tellFailure, tellRefused } from '../../parts/tell.ts';
import { words } from '../../words/words.ts';

const w = words.lexicon;

/** Speaks what is typed now, before anybody keeps it. */
export function HearButton({ spoken }: { spoken: string }) {
  const audio = useRef<HTMLAudioElement | null>(null);
  const [isPlaying, setPlaying] = useState(false);
  const hear = useMutation({
    mutationFn: hearSpoken,
    onSuccess: (blob) => {
      const element = audio.current;
      if (element === null) return;
      if (element.src !== '') URL.revokeObjectURL(element.src);
      element.src = URL.createObjectURL(blob);
      element.play().catch(() => tellRefused(words.today.listenFailed));
    },
    onError: (error) => tellFailure(error),
  });
  useEffect(() => {
    const element = audio.current;
    return () => {
      if (element !== null && element.src !== '') URL.revokeObjectURL(element.src);
    };
  }, []);
  return (
    <>
      <audio
        ref={audio}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
      />
      <Button
        variant="light"
        disabled={spoken.trim() === ''}
        loading={hear.isPending}
        leftSection={isPlaying ? <IconPlayerStopFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
        onClick={() => (isPlaying ? audio.current?.pause() : hear.mutate(spoken.trim()))}
      >
        {isPlaying ? w.hearStop : w.hear}
      </Button>
    </>
  );
}
