import { Paper, Title } from '@mantine/core';
import type { CameraView } from '../../api/devices.ts';
import css from '../../parts/lines.module.css';
import { words } from '../../words/words.ts';

const w = words.cameras;

/** What was written down of the place that is watched: why, on what ground, and where the recording lies. */
export function Point({ camera }: { camera: CameraView }) {
  const { recorder, recorderChannel, recorderDays } = camera;
  const facts: [string, string][] = [
    [w.place, camera.place],
    [w.direction, camera.direction],
    [w.purpose, camera.purpose],
    [w.legalBasis, camera.legalBasis],
    [w.owner, camera.owner],
    [w.table.columns.noticePosted, w.noticeIs(camera.noticePosted)],
    [w.retention, String(camera.retentionDays)],
    [w.conformity, camera.conformity],
    [w.recording, w.recordingIs(recorder, recorderChannel, recorderDays)],
  ];
  return (
    <Paper p="md">
      <Title order={2} fz="1.1rem" mb="xs">
        {w.point}
      </Title>
      <dl className={css.facts}>
        {facts.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd style={{ overflowWrap: 'anywhere' }}>{value === '' ? w.notSaid : value}</dd>
          </div>
        ))}
      </dl>
    </Paper>
  );
}
