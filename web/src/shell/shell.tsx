import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Navigate, Outlet, useLocation } from 'react-router';
import { session as sessionQuery } from '../api/accounts.ts';
import { LiveNews } from '../live/live.tsx';
import { FailureNote } from '../parts/states.tsx';
import { Listening } from '../parts/listening.tsx';
import { words } from '../words/words.ts';
import { Banners } from './banners.tsx';
import { Brand, SideNavigation, TabNavigation } from './navigation.tsx';
import { LoadingPage } from './plain-pages.tsx';
import { SessionContext } from './session.tsx';
import { useSignOut } from './sign-out.ts';
import css from './shell.module.css';

function LeaveInstead() {
  const signOut = useSignOut();
  return (
    <Button
      variant="subtle"
      color="gray"
      mt="md"
      loading={signOut.isPending}
      onClick={() => signOut.mutate()}
    >
      {words.menu.signOut}
    </Button>
  );
}

/** Around every page of a signed-in person. */
export function Shell() {
  const { data: session, error, refetch } = useQuery(sessionQuery);
  const { pathname, search } = useLocation();
  if (session === undefined) {
    return error === null ? (
      <LoadingPage />
    ) : (
      <main className={css.main}>
        <FailureNote error={error} onRetry={() => void refetch()} />
      </main>
    );
  }
  const next = pathname === '/' ? '' : `?next=${encodeURIComponent(pathname + search)}`;
  if (session === null) {
    return <Navigate to={`/sign-in${next}`} replace />;
  }
  if (session.person.mustChangePassword && pathname !== '/password') {
    return <Navigate to={`/password${next}`} replace />;
  }
  if (session.person.mustChangePassword) {
    // The service answers nothing else until it is done.
    return (
      <SessionContext value={session}>
        <main className={css.main} id="content">
          <Outlet />
          <LeaveInstead />
        </main>
      </SessionContext>
    );
  }
  return (
    <SessionContext value={session}>
      <LiveNews>
        <Listening>
          <a href="#content" className="skip">
            {words.menu.skip}
          </a>
          <div className={css.layout}>
            <SideNavigation />
            <div style={{ minWidth: 0 }}>
              <header className={css.top}>
                <Brand />
              </header>
              <Banners />
              <main className={css.main} id="content" tabIndex={-1} style={{ outline: 'none' }}>
                <Outlet />
              </main>
            </div>
            <TabNavigation />
          </div>
        </Listening>
      </LiveNews>
    </SessionContext>
  );
}
