import { Alert } from '@mantine/core';
import type { AnnouncementView } from '../../api/announcements.ts';
import { useLanguageName } from '../../parts/languages.tsx';
import { words } from '../../words/words.ts';

const w = words.languages;

/** Which village would miss its language: nothing is said in its place. */
export function LanguageGaps({ gaps }: { gaps: AnnouncementView['gaps'] }) {
  const name = useLanguageName();
  if (gaps.length === 0) return null;
  return (
    <Alert color="amber" title={w.gapTitle}>
      {gaps.map(({ villageId, villageName, missing, hearsNothing }) => (
        <div key={villageId}>
          {w.gap(villageName, missing.map(name))}
          {hearsNothing ? ` ${w.hearsNothing}` : ''}
        </div>
      ))}
    </Alert>
  );
}
