import { Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconDatabaseOff, IconKey, IconPlugConnectedX, IconVolume } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { Link, useLocation } from 'react-router';
import { daysLeft, signingKey } from '../api/accounts.ts';
import { reachable } from '../api/reach.ts';
import { todayQuery } from '../api/broadcasts.ts';
import { useLive } from '../live/live.tsx';
import { StopMenu } from '../parts/stop.tsx';
import { words } from '../words/words.ts';
import { useDatabaseDown, useLasting } from './lasting.ts';
import { useMay } from './session.tsx';
import css from './shell.module.css';

/** Days before the signing key's end at which its renewal is asked for, and at which that is pressing. */
const warnDays = 30;
const lastDays = 7;

function useLost(): boolean {
  const live = useLive();
  const answers = useSyncExternalStore(reachable.watch, reachable.get);
  return useLasting(live === 'lost' || !answers);
}

/** What everybody must see on every page: the lost link, the broken channel, and what is on air with its stop. */
export function Banners() {
  const may = useMay();
  const { pathname } = useLocation();
  const lost = useLost();
  const isDatabaseDown = useDatabaseDown();
  const { data: today } = useQuery({ ...todayQuery, enabled: may('broadcasts.read') });
  const { data: key } = useQuery({ ...signingKey, enabled: may('commune.manage') });
  const keyDays = key === undefined ? undefined : daysLeft(key);
  const onAir = today?.poles.filter(({ airing }) => airing !== null) ?? [];
  const isEmergency = onAir.some(({ airing }) => airing?.priority === 'emergency');
  return (
    <div className={css.banners}>
      {lost ? (
        <div className={css.lost} role="alert">
          <Loader size={18} color="#fffdf9" aria-hidden />
          <strong>{words.link.lost}</strong>
          <span>{words.link.lostWhy}</span>
        </div>
      ) : null}
      {!lost && isDatabaseDown ? (
        <div className={css.brokerDown} role="alert">
          <IconDatabaseOff size={20} aria-hidden />
          <strong>{words.link.databaseDown}</strong>
          <span>{words.link.databaseDownWhy}</span>
          {pathname === '/today' ? null : (
            <Link to="/today" style={{ color: 'inherit' }}>
              {words.link.whatCanBeDone}
            </Link>
          )}
        </div>
      ) : null}
      {!lost && today?.brokerUp === false ? (
        <div className={css.brokerDown} role="alert">
          <IconPlugConnectedX size={20} aria-hidden />
          <strong>{words.link.brokerDown}.</strong>
          <span>{words.link.brokerDownWhy}</span>
        </div>
      ) : null}
      {keyDays === undefined || keyDays > warnDays ? null : (
        <div className={keyDays > lastDays ? css.keyEnds : css.brokerDown} role="alert">
          <IconKey size={20} aria-hidden />
          <strong>{keyDays > 0 ? words.signingKey.ends(keyDays) : words.signingKey.over}</strong>
          <Link to="/signing-key" style={{ color: 'inherit' }}>
            {words.signingKey.renew}
          </Link>
        </div>
      )}
      {onAir.length > 0 ? (
        <div className={isEmergency ? css.onAirEmergency : css.onAir} role="status">
          <IconVolume size={22} aria-hidden />
          <span style={{ flex: 1 }}>
            {isEmergency ? words.today.emergencyOnAirAt(onAir.length) : words.today.onAirAt(onAir.length)}
          </span>
          {may('broadcasts.stop') ? <StopMenu poles={onAir} /> : null}
        </div>
      ) : null}
    </div>
  );
}
