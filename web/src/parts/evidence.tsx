import { Text } from '@mantine/core';
import type { PoleNowView } from '../api/devices.ts';
import { useNow } from '../time/clock.ts';
import { ago } from '../time/format.ts';
import { words } from '../words/words.ts';

const looks: Record<PoleNowView['link'], { color: string; hollow: boolean }> = {
  online: { color: 'var(--mantine-color-leaf-6)', hollow: false },
  offline: { color: 'var(--mantine-color-clay-6)', hollow: true },
  unknown: { color: 'var(--mantine-color-amber-6)', hollow: true },
  'not-enrolled': { color: 'var(--mantine-color-gray-5)', hollow: true },
};

/** The state of a pole's link, with its evidence: when it was last heard. */
export function LinkEvidence({ now }: { now: PoleNowView }) {
  const at = useNow(1_000);
  const look = looks[now.link];
  return (
    <Text size="xs" c="dimmed" component="div" style={{ display: 'flex', gap: 7, alignItems: 'baseline' }}>
      <span
        aria-hidden
        style={{
          width: 9,
          height: 9,
          flex: 'none',
          borderRadius: 5,
          border: `2px solid ${look.color}`,
          background: look.hollow ? 'transparent' : look.color,
        }}
      />
      <span>
        <strong style={{ fontWeight: 600, color: 'var(--mantine-color-text)' }}>
          {words.links[now.link]}
        </strong>
        {now.link === 'not-enrolled'
          ? null
          : `, ${now.heardAt === null ? words.neverHeard : words.heard(ago(now.heardAt, at))}`}
      </span>
    </Text>
  );
}
