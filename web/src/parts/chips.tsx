import { Badge } from '@mantine/core';
import type { MantineColor } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowBarRight,
  IconBan,
  IconCheck,
  IconClock,
  IconHourglass,
  IconPlayerPause,
  IconPlayerStop,
  IconQuestionMark,
  IconScissors,
  IconStar,
  IconVolume,
  IconX,
} from '@tabler/icons-react';
import type { TablerIcon } from '@tabler/icons-react';
import type { AnnouncementState, Priority } from '../api/announcements.ts';
import type { AiringClaim } from '../api/broadcasts.ts';
import { words } from '../words/words.ts';

interface Look {
  readonly color: MantineColor;
  readonly icon: TablerIcon;
  readonly variant?: 'filled' | 'light' | 'outline';
}

const airingLooks: Record<AiringClaim | 'awaiting', Look> = {
  planned: { color: 'gray', icon: IconClock, variant: 'outline' },
  started: { color: 'amber.4', icon: IconVolume, variant: 'filled' },
  paused: { color: 'gray', icon: IconPlayerPause },
  played: { color: 'leaf', icon: IconCheck },
  'left-desk': { color: 'leaf', icon: IconArrowBarRight, variant: 'outline' },
  cut: { color: 'clay', icon: IconScissors },
  stopped: { color: 'gray', icon: IconPlayerStop },
  interrupted: { color: 'clay', icon: IconX },
  missed: { color: 'clay', icon: IconX },
  cancelled: { color: 'gray', icon: IconBan },
  unreported: { color: 'clay', icon: IconQuestionMark, variant: 'outline' },
  awaiting: { color: 'gray', icon: IconHourglass, variant: 'outline' },
};

/** A pole's word about one airing, or about `count` of them. */
export function AiringChip({ state, count }: { state: AiringClaim | 'awaiting'; count?: number }) {
  const look = airingLooks[state];
  return (
    <Badge
      color={look.color}
      variant={look.variant ?? 'light'}
      autoContrast
      tt="none"
      fw={600}
      size="md"
      leftSection={<look.icon size={13} aria-hidden />}
    >
      {words.airingStates[state]}
      {count === undefined ? '' : `\u00a0${count}`}
    </Badge>
  );
}

const priorityLooks: Record<Priority, Look> = {
  regular: { color: 'gray', icon: IconVolume, variant: 'outline' },
  priority: { color: 'leaf', icon: IconStar, variant: 'filled' },
  emergency: { color: 'red.6', icon: IconAlertTriangle, variant: 'filled' },
};

export function PriorityChip({ priority }: { priority: Priority }) {
  const look = priorityLooks[priority];
  return (
    <Badge
      color={look.color}
      variant={look.variant}
      tt="none"
      fw={600}
      leftSection={<look.icon size={12} aria-hidden />}
    >
      {words.priorities[priority]}
    </Badge>
  );
}

const announcementColors: Record<AnnouncementState, MantineColor> = {
  draft: 'gray',
  submitted: 'amber',
  approved: 'leaf',
  'sent-back': 'clay',
  withdrawn: 'gray',
};

export function AnnouncementChip({ state }: { state: AnnouncementState }) {
  return (
    <Badge
      color={announcementColors[state]}
      variant={state === 'approved' ? 'filled' : state === 'withdrawn' ? 'outline' : 'light'}
      tt="none"
      fw={600}
    >
      {words.announcements.states[state]}
    </Badge>
  );
}
