import { ActionIcon, Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconHeadphones, IconX } from '@tabler/icons-react';
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { todayQuery } from '../api/broadcasts.ts';
import type { PoleToday } from '../api/broadcasts.ts';
import { serverNow } from '../time/clock.ts';
import { words } from '../words/words.ts';
import { tellRefused } from './tell.ts';

interface ListeningTo {
  /** The pole being listened to, or null. */
  readonly poleId: string | null;
  readonly listen: (pole: PoleToday) => void;
  readonly end: () => void;
}

const ListeningContext = createContext<ListeningTo>({
  poleId: null,
  listen: () => undefined,
  end: () => undefined,
});
export const useListening = (): ListeningTo => use(ListeningContext);

interface Heard {
  readonly poleId: string;
  readonly airingId: string;
  readonly name: string;
  readonly title: string;
}

/**
 * "Nghe cụm loa này": the approved recording, from where the pole is in it by now. One at a time, and it goes on while
 * the person walks to another page.
 */
export function Listening({ children }: { children: ReactNode }) {
  const audio = useRef<HTMLAudioElement | null>(null);
  const [chosen, setChosen] = useState<Heard | null>(null);
  const { data: today } = useQuery({ ...todayQuery, enabled: chosen !== null });

  const end = useCallback(() => {
    audio.current?.pause();
    setChosen(null);
  }, []);

  const listen = useCallback(
    ({ id, name, airing }: PoleToday) => {
      const element = audio.current;
      if (element === null || airing === null || airing.mp3Url === null) return;
      const startedAt = Date.parse(airing.startedAt ?? airing.nominalAt);
      element.src = airing.mp3Url;
      element.onloadedmetadata = () => {
        const into = (serverNow() - startedAt) / 1_000;
        element.currentTime = Math.min(Math.max(0, into), Math.max(0, element.duration - 0.1));
      };
      element.onended = end;
      element.play().catch(() => {
        tellRefused(words.today.listenFailed);
        end();
      });
      setChosen({ poleId: id, airingId: airing.id, name, title: airing.title });
    },
    [end],
  );

  // What fell silent at the pole falls silent here.
  const isOver =
    chosen !== null &&
    today !== undefined &&
    today.poles.find(({ id }) => id === chosen.poleId)?.airing?.id !== chosen.airingId;
  const heard = isOver ? null : chosen;
  useEffect(() => {
    if (isOver) audio.current?.pause();
  }, [isOver]);

  const value = useMemo(() => ({ poleId: heard?.poleId ?? null, listen, end }), [heard, listen, end]);
  return (
    <ListeningContext value={value}>
      {children}
      <audio ref={audio} preload="auto" />
      {heard === null ? null : (
        <Paper
          shadow="md"
          p="xs"
          pl="md"
          className="no-print"
          style={{ position: 'fixed', right: 14, bottom: 74, zIndex: 96, maxWidth: 'calc(100vw - 28px)' }}
        >
          <div style={{ display: 'flex', alignItems: 'center', gap: 12 }} role="status">
            <IconHeadphones size={22} color="var(--mantine-color-leaf-8)" aria-hidden />
            <div style={{ minWidth: 0 }}>
              <Text size="xs" c="dimmed" lh={1.3}>
                {words.today.listening} · {heard.name}
              </Text>
              <Text size="sm" fw={600} truncate maw={260}>
                {heard.title}
              </Text>
            </div>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              onClick={end}
              aria-label={words.today.stopListening}
            >
              <IconX size={20} />
            </ActionIcon>
          </div>
        </Paper>
      )}
    </ListeningContext>
  );
}
