import { Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconKey, IconPlugConnectedX, IconVolume } from '@tabler/icons-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Link } from 'react-router';
import { daysLeft, signingKey } from '../api/accounts.ts';
import { isReachable, watchReach } from '../api/reach.ts';
import { todayQuery } from '../api/broadcasts.ts';
import { useLive } from '../live/live.tsx';
import { StopMenu } from '../parts/stop.tsx';
import { words } from '../words/words.ts';
import { useMay } from './session.tsx';
import css from './shell.module.css';

/** A stream that comes back within this time was only renewed; nobody needs to read of it. */
const graceMs = 1_500;

/** Days before the signing key's end at which its renewal is asked for, and at which that is pressing. */
const warnDays = 30;
const lastDays = 7;

function useLost(): boolean {
  const live = useLive();
  const reachable = useSyncExternalStore(watchReach, isReachable);
  const isDown = live === 'lost' || !reachable;
  const [lasted, setLasted] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLasted(isDown), isDown ? graceMs : 0);
    return () => clearTimeout(timer);
  }, [isDown]);
  return isDown && lasted;
}

/** What everybody must see on every page: the lost link, the broken channel, and what is on air with its stop. */
export function Banners() {
  const may = useMay();
  const lost = useLost();
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
