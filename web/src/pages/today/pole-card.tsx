import { Anchor, Button, Text } from '@mantine/core';
import { IconDownload, IconHandStop, IconHeadphones, IconHeadphonesOff } from '@tabler/icons-react';
import { Link } from 'react-router';
import { latestSound } from '../../api/broadcasts.ts';
import type { PoleToday } from '../../api/broadcasts.ts';
import { LinkEvidence } from '../../parts/evidence.tsx';
import { LanguageTag } from '../../parts/languages.tsx';
import { useListening } from '../../parts/listening.tsx';
import { OnAirProgress, Waves } from '../../parts/on-air.tsx';
import { useStop } from '../../parts/stop.tsx';
import { useMay, useOwnVillages, useSession } from '../../shell/session.tsx';
import { clockAndDay } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import css from './today.module.css';

export function PoleCard({ pole }: { pole: PoleToday }) {
  const { airing, now } = pole;
  const isEmergency = airing?.priority === 'emergency';
  const isSilent = airing === null && (now.link === 'offline' || now.link === 'not-enrolled');
  return (
    <article
      className={css.pole}
      data-pole={pole.id}
      data-on-air={airing === null ? undefined : isEmergency ? 'emergency' : ''}
      data-silent-link={isSilent ? '' : undefined}
    >
      <div className={css.head}>
        <span className={css.sign} aria-label={words.loudspeakers.number(pole.number)}>
          {pole.number}
        </span>
        <Link className={css.name} to={`/loudspeakers/${pole.id}`}>
          {pole.name}
        </Link>
        {airing === null ? null : <Waves isEmergency={isEmergency} />}
      </div>
      {airing === null ? <Quiet pole={pole} /> : <OnAir pole={pole} airing={airing} />}
      <LinkEvidence now={now} />
    </article>
  );
}

/** Of a pole that is not heard nobody knows whether it is quiet: it plays what lies on its disk. */
function quietWords({ link, state }: PoleToday['now']): string {
  if (link === 'not-enrolled') return words.today.noBox;
  if (link !== 'online') return words.today.poleUnheard;
  if (state === 'fault') return words.today.fault;
  return state === 'waiting-for-time' ? words.today.waitingForTime : words.today.poleQuiet;
}

function Quiet({ pole }: { pole: PoleToday }) {
  const { demonstration } = useSession();
  const { next, now } = pole;
  return (
    <div style={{ flex: 1 }}>
      <Text size="sm" c={now.state === 'fault' ? 'clay.7' : 'dimmed'}>
        {quietWords(now)}
      </Text>
      <Text size="sm" lineClamp={2} lh={1.4}>
        {next === null ? (
          <Text span c="dimmed" size="sm">
            {words.today.nothingNextShort}
          </Text>
        ) : (
          <>
            {words.today.next}: <strong className="numbers">{clockAndDay(next.at)}</strong> · {next.title}
          </>
        )}
      </Text>
      {demonstration && pole.hasSpoken && now.link === 'online' ? (
        <Anchor href={latestSound(pole.id)} download size="xs" mt={4} display="inline-block">
          <IconDownload size={13} style={{ verticalAlign: '-2px' }} aria-hidden /> {words.today.latestSound}
        </Anchor>
      ) : null}
    </div>
  );
}

function OnAir({ pole, airing }: { pole: PoleToday; airing: NonNullable<PoleToday['airing']> }) {
  const may = useMay();
  const own = useOwnVillages();
  const listening = useListening();
  const stopping = useStop();
  const isHeard = listening.poleId === pole.id;
  const mayStop = may('broadcasts.stop') && (own === null || own.includes(pole.villageId));
  return (
    <>
      <div>
        <Text size="xs" fw={700} c={airing.priority === 'emergency' ? 'red.7' : 'amber.8'}>
          {airing.priority === 'emergency' ? words.priorities.emergency : words.today.onAir}
        </Text>
        <div className={css.says}>
          {airing.title} <LanguageTag code={airing.language} />
        </div>
      </div>
      <OnAirProgress airing={airing} />
      <div className={css.acts}>
        <Button
          size="compact-sm"
          h={36}
          variant={isHeard ? 'filled' : 'default'}
          disabled={airing.mp3Url === null}
          leftSection={isHeard ? <IconHeadphonesOff size={17} /> : <IconHeadphones size={17} />}
          onClick={() => (isHeard ? listening.end() : listening.listen(pole))}
        >
          {isHeard ? words.today.stopListening : words.today.listen}
        </Button>
        {mayStop ? (
          <Button
            size="compact-sm"
            h={36}
            color="gray.9"
            leftSection={<IconHandStop size={17} />}
            loading={stopping.isPending}
            onClick={() => stopping.mutate({ kind: 'loudspeakers', loudspeakerIds: [pole.id] })}
          >
            {words.stop.one}
          </Button>
        ) : null}
      </div>
    </>
  );
}
