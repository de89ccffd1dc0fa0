import type { AfterCut } from '../../devices/protocol/pole-messages.ts';
import type { CommuneView } from '../accounts/account.view.ts';

/** How the classes meet, as the commune has set it. An emergency cuts whatever sounds, always. */
export interface AirRules {
  /** A priority item at its time: how long what is regular may go on sounding (ms); null until its end. */
  readonly priorityWaitMs: number | null;
  readonly afterCut: { readonly regular: AfterCut; readonly priority: AfterCut };
  /** How long after its planned end what was cut may still go on. */
  readonly resumeMs: number;
}

export function airRules(settings: CommuneView['settings']): AirRules {
  const waits = { cut: 0, next: null, wait: settings.priorityWaitSeconds * 1_000 };
  return {
    priorityWaitMs: waits[settings.priorityStart],
    afterCut: { regular: settings.regularAfterCut, priority: settings.priorityAfterCut },
    resumeMs: settings.resumeMinutes * 60_000,
  };
}
