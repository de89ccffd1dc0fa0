import { Avatar, Drawer, Menu, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconDots, IconKey, IconLogout, IconSelector } from '@tabler/icons-react';
import { NavLink, Link } from 'react-router';
import { alarms, unseenEvents } from '../api/devices.ts';
import { words } from '../words/words.ts';
import { menu } from './menu.ts';
import type { MenuItem } from './menu.ts';
import { useMay, useSession } from './session.tsx';
import css from './shell.module.css';
import { useSignOut } from './sign-out.ts';

const flag = (on: boolean | undefined): '' | undefined => (on === true ? '' : undefined);

function useUnseen(): string | null {
  const may = useMay();
  const { data } = useQuery({ ...unseenEvents, enabled: may('events.read') });
  return data === undefined || data === 0 ? null : data > 99 ? '99+' : String(data);
}

/** Alarms that nobody has acknowledged. */
function useAlarms(): string | null {
  const may = useMay();
  const { data = [] } = useQuery({ ...alarms, enabled: may('loudspeakers.read') });
  const count = data.filter(
    ({ clearedAt, acknowledgedAt }) => clearedAt === null && acknowledgedAt === null,
  ).length;
  return count === 0 ? null : count > 99 ? '99+' : String(count);
}

export function Brand() {
  const { commune } = useSession();
  return (
    <Link to="/today" className={css.brand}>
      <img src="/logo.svg" alt="" width={40} height={40} />
      <span style={{ minWidth: 0 }}>
        <span className={css.brandName}>{words.product}</span>
        <span className={css.brandPlace} style={{ display: 'block' }}>
          {commune.name}
        </span>
      </span>
    </Link>
  );
}

function Groups({ onGo }: { onGo?: () => void }) {
  const may = useMay();
  const unseen = useUnseen();
  const alarming = useAlarms();
  return menu.map((group) => {
    const items = group.items.filter(({ right }) => may(right));
    return items.length === 0 ? null : (
      <div className={css.group} key={group.name}>
        <div className={css.groupName}>{group.name}</div>
        {items.map((item) => (
          <NavLink
            key={item.to}
            to={item.to}
            className={css.item}
            data-emergency={flag(item.isEmergency)}
            onClick={onGo}
          >
            <item.icon size={21} stroke={1.7} aria-hidden />
            {item.name}
            {item.countsAlarms === true && alarming !== null ? (
              <span className={css.count} title={words.alarms.states.fresh}>
                {alarming}
              </span>
            ) : null}
            {item.countsUnseen === true && unseen !== null ? (
              <span className={css.count} title={words.events.unseen}>
                {unseen}
              </span>
            ) : null}
          </NavLink>
        ))}
      </div>
    );
  });
}

export function SideNavigation() {
  return (
    <div className={css.side}>
      <Brand />
      <nav aria-label={words.menu.label} style={{ flex: 1 }}>
        <Groups />
      </nav>
      <PersonMenu />
    </div>
  );
}

/** On a phone: the most needed four below the thumb, the rest one tap away. */
export function TabNavigation() {
  const may = useMay();
  const unseen = useUnseen();
  const alarming = useAlarms();
  const [opened, { open, close }] = useDisclosure(false);
  const first: readonly MenuItem[] = menu
    .flatMap(({ items }) => items)
    .filter(({ right }) => may(right))
    .slice(0, 4);
  return (
    <>
      <nav className={css.tabs} aria-label={words.menu.label}>
        {first.map((item) => (
          <NavLink key={item.to} to={item.to} className={css.tab} data-emergency={flag(item.isEmergency)}>
            <item.icon size={23} stroke={1.7} aria-hidden />
            {item.shortName ?? item.name}
            {item.countsUnseen === true && unseen !== null ? (
              <span className={css.tabCount}>{unseen}</span>
            ) : null}
            {item.countsAlarms === true && alarming !== null ? (
              <span className={css.tabCount}>{alarming}</span>
            ) : null}
          </NavLink>
        ))}
        <UnstyledButton className={css.tab} onClick={open} aria-haspopup="dialog">
          <IconDots size={23} stroke={1.7} aria-hidden />
          {words.menu.more}
          {alarming !== null && !first.some(({ countsAlarms }) => countsAlarms === true) ? (
            <span className={css.tabCount} title={words.menu.alarms}>
              {alarming}
            </span>
          ) : null}
        </UnstyledButton>
      </nav>
      <Drawer opened={opened} onClose={close} position="bottom" size="auto" title={<PersonLine />}>
        <div className={css.drawerBody}>
          <Groups onGo={close} />
          <div className={css.group}>
            <PersonActions onGo={close} />
          </div>
        </div>
      </Drawer>
    </>
  );
}

function PersonLine() {
  const { person } = useSession();
  return (
    <span>
      <Text component="span" fw={600} display="block" lh={1.25} size="sm">
        {person.displayName}
      </Text>
      <Text component="span" size="xs" opacity={0.75} lineClamp={1} display="-webkit-box">
        {person.roles.map((role) => words.people.roleNames[role]).join(', ')}
      </Text>
    </span>
  );
}

function PersonActions({ onGo }: { onGo: () => void }) {
  const signOut = useSignOut();
  return (
    <>
      <Link to="/password" className={css.item} onClick={onGo}>
        <IconKey size={21} stroke={1.7} aria-hidden /> {words.menu.changePassword}
      </Link>
      <UnstyledButton className={css.item} onClick={() => signOut.mutate()} w="100%">
        <IconLogout size={21} stroke={1.7} aria-hidden /> {words.menu.signOut}
      </UnstyledButton>
    </>
  );
}

function PersonMenu() {
  const { person } = useSession();
  const signOut = useSignOut();
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={css.person}>
          <Avatar size={36} radius="xl" color="leaf" variant="filled" name={person.displayName} />
          <span style={{ flex: 1, minWidth: 0 }}>
            <PersonLine />
          </span>
          <IconSelector size={18} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/password" leftSection={<IconKey size={18} />}>
          {words.menu.changePassword}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={18} />} onClick={() => signOut.mutate()}>
          {words.menu.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
