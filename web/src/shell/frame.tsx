import { Suspense } from 'react';
import type { ReactNode } from 'react';
import { Outlet, ScrollRestoration } from 'react-router';
import type { Right } from '../api/accounts.ts';
import { LoadingPage, NoRightPage } from './plain-pages.tsx';
import { useMay } from './session.tsx';

export function Frame() {
  return (
    <Suspense fallback={<LoadingPage />}>
      <ScrollRestoration />
      <Outlet />
    </Suspense>
  );
}

export function Guarded({ right, children }: { right: Right; children: ReactNode }) {
  return useMay()(right) ? children : <NoRightPage />;
}
