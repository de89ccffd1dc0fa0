import { IconCameraOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { CameraEventView } from '../api/devices.ts';
import { kindName } from '../words/failure-words.ts';
import { words } from '../words/words.ts';
import { KindIcon } from './kind-icon.tsx';

const unwatchedKinds: ReadonlySet<string> = new Set(['outage', 'gap', 'flood']);

/** The re-encoded picture of an event, or a quiet place where the camera gave none. */
export function EventPicture({ event, ratio = '16 / 9' }: { event: CameraEventView; ratio?: string }) {
  const [broken, setBroken] = useState<string | null>(null);
  const { pictureUrl } = event;
  const frame = {
    display: 'grid',
    placeItems: 'center',
    width: '100%',
    aspectRatio: ratio,
    background: 'var(--mantine-color-gray-1)',
    color: 'var(--soft)',
    fontSize: '0.78rem',
  } as const;
  // That nothing could be watched has no picture to be missed.
  const isUnwatched = unwatchedKinds.has(event.kind);
  if (pictureUrl === null || broken === pictureUrl) {
    return (
      <div style={{ ...frame, aspectRatio: `var(--empty-ratio, ${ratio})` }}>
        <span style={{ textAlign: 'center' }}>
          {isUnwatched ? (
            <KindIcon kind={event.kind} />
          ) : (
            <>
              <IconCameraOff
                size={24}
                stroke={1.5}
                aria-hidden
                style={{ display: 'block', margin: '0 auto 4px' }}
              />
              {pictureUrl === null ? words.events.noPicture : words.events.brokenPicture}
            </>
          )}
        </span>
      </div>
    );
  }
  return (
    <img
      src={pictureUrl}
      alt={words.events.pictureOf(kindName(event.kind), event.pointName)}
      loading="lazy"
      onError={() => setBroken(pictureUrl)}
      style={{ ...frame, objectFit: 'cover' }}
    />
  );
}
