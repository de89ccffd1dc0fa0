import '@fontsource/be-vietnam-pro/latin-400.css';
import '@fontsource/be-vietnam-pro/latin-500.css';
import '@fontsource/be-vietnam-pro/latin-600.css';
import '@fontsource/be-vietnam-pro/latin-700.css';
import '@fontsource/be-vietnam-pro/vietnamese-400.css';
import '@fontsource/be-vietnam-pro/vietnamese-500.css';
import '@fontsource/be-vietnam-pro/vietnamese-600.css';
import '@fontsource/be-vietnam-pro/vietnamese-700.css';
import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '@mantine/notifications/styles.css';
import './look/console.css';
import { MantineProvider } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { session } from './api/accounts.ts';
import { ApiFailure } from './api/door.ts';
import { router } from './app.tsx';
import { paper, theme } from './look/theme.ts';
import { words } from './words/words.ts';

/** A refusal stands; only silence and an overloaded service are worth another try. */
const retry = (count: number, error: Error): boolean =>
  count < 2 && error instanceof ApiFailure && (error.status === 0 || error.status === 503);

/** A session that ended meanwhile: asking again who is signed in leads to the sign-in page. */
const noteSignedOut = (error: Error): void => {
  if (error instanceof ApiFailure && error.status === 401)
    void client.invalidateQueries({ queryKey: session.queryKey });
};

const client = new QueryClient({
  queryCache: new QueryCache({ onError: noteSignedOut }),
  mutationCache: new MutationCache({ onError: noteSignedOut }),
  defaultOptions: {
    queries: { retry, staleTime: 5_000, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <MantineProvider theme={theme} cssVariablesResolver={paper} forceColorScheme="light">
        <DatesProvider settings={{ locale: 'vi', firstDayOfWeek: 1, weekendDays: [0] }}>
          <ModalsProvider labels={{ confirm: words.common.yes, cancel: words.common.cancel }}>
            <Notifications position="bottom-right" limit={3} containerWidth={400} />
            <RouterProvider router={router} />
          </ModalsProvider>
        </DatesProvider>
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);
