import { Center, Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { words } from '../words/words.ts';
import css from './door-frame.module.css';

/** Around the pages before one is signed in. */
export function DoorFrame({
  title,
  wide = false,
  children,
}: {
  title: string;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={css.ground}>
      <Center mih="100dvh" p="md">
        <div style={{ width: '100%', maxWidth: wide ? 620 : 420 }}>
          <div className={css.brand}>
            <img src="/logo.svg" alt="" width={54} height={54} />
            <div>
              <Text fw={700} fz="1.4rem" lh={1.2} component="div">
                {words.product}
              </Text>
              <Text size="sm" opacity={0.8} component="div">
                {words.tagline}
              </Text>
            </div>
          </div>
          <Paper p={{ base: 'lg', sm: 'xl' }} component="main">
            <Title order={1} fz="1.35rem" mb="md">
              {title}
            </Title>
            {children}
          </Paper>
        </div>
      </Center>
    </div>
  );
}
