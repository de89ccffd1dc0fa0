import {
  IconAlertTriangle,
  IconBell,
  IconBook,
  IconBook2,
  IconBroadcast,
  IconCalendarWeek,
  IconDeviceCctv,
  IconEyeCheck,
  IconFileText,
  IconSettings,
  IconSpeakerphone,
  IconUserShare,
  IconUsers,
  IconVocabulary,
} from '@tabler/icons-react';
import type { TablerIcon } from '@tabler/icons-react';
import type { Right } from '../api/accounts.ts';
import { words } from '../words/words.ts';

export interface MenuItem {
  readonly to: string;
  readonly name: string;
  readonly shortName?: string;
  readonly icon: TablerIcon;
  readonly right: Right;
  readonly isEmergency?: boolean;
  readonly countsUnseen?: boolean;
  readonly countsAlarms?: boolean;
}

export interface MenuGroup {
  readonly name: string;
  readonly items: readonly MenuItem[];
}

/** Each item shows only to whom its right allows. */
export const menu: readonly MenuGroup[] = [
  {
    name: words.menu.groupBroadcast,
    items: [
      { to: '/today', name: words.menu.today, icon: IconBroadcast, right: 'broadcasts.read' },
      {
        to: '/announcements',
        name: words.menu.announcements,
        icon: IconFileText,
        right: 'announcements.read',
      },
      { to: '/week', name: words.menu.week, icon: IconCalendarWeek, right: 'broadcasts.read' },
      {
        to: '/emergency',
        name: words.menu.emergency,
        icon: IconAlertTriangle,
        right: 'emergencies.raise',
        isEmergency: true,
      },
      {
        to: '/loudspeakers',
        name: words.menu.loudspeakers,
        icon: IconSpeakerphone,
        right: 'loudspeakers.read',
      },
      {
        to: '/alarms',
        name: words.menu.alarms,
        icon: IconBell,
        right: 'loudspeakers.read',
        countsAlarms: true,
      },
      { to: '/books', name: words.menu.books, icon: IconBook, right: 'broadcasts.read' },
      { to: '/lexicon', name: words.menu.lexicon, icon: IconVocabulary, right: 'lexicon.read' },
    ],
  },
  {
    name: words.menu.groupWatch,
    items: [
      {
        to: '/events',
        name: words.menu.events,
        shortName: words.menu.eventsShort,
        icon: IconEyeCheck,
        right: 'events.read',
        countsUnseen: true,
      },
      { to: '/cameras', name: words.menu.cameras, icon: IconDeviceCctv, right: 'cameras.read' },
    ],
  },
  {
    name: words.menu.groupOffice,
    items: [
      { to: '/people', name: words.menu.people, icon: IconUsers, right: 'accounts.manage' },
      {
        to: '/delegations',
        name: words.menu.delegations,
        icon: IconUserShare,
        right: 'announcements.approve',
      },
      { to: '/journal', name: words.menu.journal, icon: IconBook2, right: 'journal.read' },
      { to: '/settings', name: words.menu.settings, icon: IconSettings, right: 'commune.manage' },
    ],
  },
];
