import { createBrowserRouter, Navigate } from 'react-router';
import type { RouteObject } from 'react-router';
import type { ComponentType } from 'react';
import type { Right } from './api/accounts.ts';
import { Shell } from './shell/shell.tsx';
import { Frame, Guarded } from './shell/frame.tsx';
import { CrashPage, LoadingPage, NotFoundPage } from './shell/plain-pages.tsx';

type PageModule = Promise<{ default: ComponentType }>;

/** A page is its own file to load; it opens only to whom its right allows. */
const page = (path: string, load: () => PageModule, right: Right = 'session'): RouteObject => ({
  path,
  lazy: async () => {
    const { default: Page } = await load();
    return {
      element: (
        <Guarded right={right}>
          <Page />
        </Guarded>
      ),
    };
  },
});
const openPage = (path: string, load: () => PageModule): RouteObject => ({
  path,
  lazy: async () => ({ Component: (await load()).default }),
});

/** The map: every page of the console. */
export const router = createBrowserRouter([
  {
    Component: Frame,
    ErrorBoundary: CrashPage,
    HydrateFallback: LoadingPage,
    children: [
      openPage('/sign-in', () => import('./pages/sign-in/sign-in.page.tsx')),
      openPage('/setup', () => import('./pages/set-up/set-up.page.tsx')),
      // The address that the service prints at its first start.
      openPage('/set-up', () => import('./pages/set-up/set-up.page.tsx')),
      // A village head's link: whoever has it may answer, and see nothing else.
      openPage('/heard', () => import('./pages/broadcasts/heard-link.page.tsx')),
      {
        Component: Shell,
        ErrorBoundary: CrashPage,
        children: [
          { index: true, element: <Navigate to="/today" replace /> },
          page('/today', () => import('./pages/today/today.page.tsx'), 'broadcasts.read'),
          page('/announcements', () => import('./pages/announcements/list.page.tsx'), 'announcements.read'),
          page(
            '/announcements/new',
            () => import('./pages/announcements/new.page.tsx'),
            'announcements.write',
          ),
          page(
            '/announcements/:id',
            () => import('./pages/announcements/one.page.tsx'),
            'announcements.read',
          ),
          page(
            '/b/:shortCode',
            () => import('./pages/announcements/short-link.page.tsx'),
            'announcements.read',
          ),
          page('/lexicon', () => import('./pages/lexicon/lexicon.page.tsx'), 'lexicon.read'),
          page('/week', () => import('./pages/broadcasts/week.page.tsx'), 'broadcasts.read'),
          page('/broadcasts/new', () => import('./pages/broadcasts/new.page.tsx'), 'broadcasts.schedule'),
          page('/broadcasts/:id', () => import('./pages/broadcasts/one.page.tsx'), 'broadcasts.read'),
          page('/heard/:id', () => import('./pages/broadcasts/heard.page.tsx'), 'broadcasts.confirm'),
          page('/emergency', () => import('./pages/emergency/emergency.page.tsx'), 'emergencies.raise'),
          page('/loudspeakers', () => import('./pages/loudspeakers/list.page.tsx'), 'loudspeakers.read'),
          page('/loudspeakers/:id', () => import('./pages/loudspeakers/one.page.tsx'), 'loudspeakers.read'),
          page('/books', () => import('./pages/books/books.page.tsx'), 'broadcasts.read'),
          page('/alarms', () => import('./pages/alarms/alarms.page.tsx'), 'loudspeakers.read'),
          page('/cameras', () => import('./pages/cameras/cameras.page.tsx'), 'cameras.read'),
          page('/cameras/topics', () => import('./pages/cameras/topics.page.tsx'), 'cameras.read'),
          page('/cameras/detectors', () => import('./pages/cameras/detectors.page.tsx'), 'cameras.read'),
          page('/cameras/recorders/:id', () => import('./pages/cameras/recorder.page.tsx'), 'cameras.read'),
          page('/cameras/sheet', () => import('./pages/cameras/sheet.page.tsx'), 'cameras.read'),
          page('/cameras/:id', () => import('./pages/cameras/one.page.tsx'), 'cameras.read'),
          page('/events', () => import('./pages/events/list.page.tsx'), 'events.read'),
          page('/events/:id', () => import('./pages/events/one.page.tsx'), 'events.read'),
          page('/people', () => import('./pages/people/people.page.tsx'), 'accounts.manage'),
          page('/delegations', () => import('./pages/people/delegations.page.tsx'), 'announcements.approve'),
          page('/password', () => import('./pages/people/password.page.tsx')),
          page('/journal', () => import('./pages/journal/journal.page.tsx'), 'journal.read'),
          page('/signing-key', () => import('./pages/settings/signing-key.page.tsx'), 'commune.manage'),
          page('/settings', () => import('./pages/settings/settings.page.tsx'), 'commune.manage'),
          { path: '*', Component: NotFoundPage },
        ],
      },
    ],
  },
]);
