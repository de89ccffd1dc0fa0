import { Progress, Text } from '@mantine/core';
import type { LoudspeakerDetailView } from '../../api/devices.ts';
import { LinkEvidence } from '../../parts/evidence.tsx';
import css from '../../parts/lines.module.css';
import { clockAndDay } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.loudspeakers;
const ms = (value: number): string => value.toFixed(1).replace('.', ',');

/** What is known of a pole now, each with its evidence. */
export function PoleFacts({ pole }: { pole: LoudspeakerDetailView }) {
  const { now } = pole;
  return (
    <dl className={css.facts}>
      <dt>{w.link}</dt>
      <dd>
        <LinkEvidence now={now} />
        {now.powerFailing ? <div>{w.powerFailing}</div> : null}
      </dd>
      <dt>{w.state}</dt>
      <dd>{now.state === null ? words.common.unknown : w.states[now.state]}</dd>
      {now.amplifier === null ? null : (
        <>
          <dt>{w.amplifier}</dt>
          <dd>{w.amplifierHears[now.amplifier]}</dd>
        </>
      )}
      {pole.unordered.length === 0 ? null : (
        <>
          <dt>{w.unordered}</dt>
          <dd>
            {pole.unordered.map(({ at, receivedAt }) => (
              <div key={at}>
                {w.unorderedAt(clockAndDay(at))}
                <Text size="xs" c="dimmed">
                  {w.unorderedTold(clockAndDay(receivedAt))}
                </Text>
              </div>
            ))}
          </dd>
        </>
      )}
      <dt>{w.programme}</dt>
      <dd>
        {now.programmeNumber === null
          ? w.programmeNone
          : now.programmeHeld && now.programmeUntilAt !== null
            ? w.programmeHeld(clockAndDay(now.programmeUntilAt))
            : w.programmeWaiting}
      </dd>
      <dt>{w.audioReady}</dt>
      <dd>
        {w.audioReadyIs(now.audioReady, now.audioNeeded)}
        {now.audioNeeded > 0 ? (
          <Progress value={(now.audioReady / now.audioNeeded) * 100} size={5} mt={4} maw={160} aria-hidden />
        ) : null}
      </dd>
      <dt>{w.clockOffset}</dt>
      <dd className="numbers">
        {now.clockOffsetMs === null
          ? w.clockUnknown
          : w.clockOffsetIs(ms(now.clockOffsetMs), ms(now.clockUncertaintyMs ?? 0))}
      </dd>
      {now.outbox === null || now.outbox === 0 ? null : (
        <>
          <dt>{w.outbox}</dt>
          <dd>{w.outboxIs(now.outbox)}</dd>
        </>
      )}
      <dt>{w.horns}</dt>
      <dd>{pole.kind === 'desk' ? w.deskHorns : pole.horns}</dd>
      {pole.latitude === null || pole.longitude === null ? null : (
        <>
          <dt>{w.coordinates}</dt>
          <dd className="numbers">
            {pole.latitude.toFixed(5)}, {pole.longitude.toFixed(5)}
          </dd>
        </>
      )}
    </dl>
  );
}
