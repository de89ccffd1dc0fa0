import { Paper, SimpleGrid, Text } from '@mantine/core';
import {
  IconBolt,
  IconCandle,
  IconCash,
  IconDropletOff,
  IconFileText,
  IconFlame,
  IconId,
  IconStorm,
  IconUsersGroup,
  IconUserSearch,
  IconVaccine,
} from '@tabler/icons-react';
import type { TablerIcon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { templates } from '../../api/templates.ts';
import { Asked } from '../../parts/states.tsx';
import { words } from '../../words/words.ts';
import css from './templates.module.css';

const icons: Partial<Record<string, TablerIcon>> = {
  meeting: IconUsersGroup,
  vaccination: IconVaccine,
  'power-cut': IconBolt,
  'water-cut': IconDropletOff,
  fees: IconCash,
  'public-service': IconId,
  'storm-bulletin': IconStorm,
  'fire-risk': IconFlame,
  'lost-person': IconUserSearch,
  'death-notice': IconCandle,
};

/** What is announced most: a card each, which opens its form. */
export function TemplateCards() {
  const query = useQuery(templates);
  return (
    <section aria-label={words.templates.title} className={css.cards}>
      <Text fw={600} mb={8}>
        {words.templates.title}
      </Text>
      <Asked query={query}>
        {(all) => (
          <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="sm">
            {all.map(({ id, name, purpose }) => {
              const Icon = icons[id] ?? IconFileText;
              return (
                <Paper
                  key={id}
                  component={Link}
                  to={`/announcements/new?template=${id}`}
                  className={css.card}
                  title={purpose}
                >
                  <Icon size={26} stroke={1.5} aria-hidden />
                  <Text component="span" fw={600}>
                    {name}
                  </Text>
                </Paper>
              );
            })}
          </SimpleGrid>
        )}
      </Asked>
    </section>
  );
}
