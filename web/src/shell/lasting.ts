import { useEffect, useState, useSyncExternalStore } from 'react';
import { databaseDown } from '../api/reach.ts';

/** What is over again within this time, nobody needs to read of. */
const graceMs = 1_500;

/** Whether something is so, and has been for a moment. */
export function useLasting(isSo: boolean): boolean {
  const [lasted, setLasted] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLasted(isSo), isSo ? graceMs : 0);
    return () => clearTimeout(timer);
  }, [isSo]);
  return isSo && lasted;
}

export const useDatabaseDown = (): boolean =>
  useLasting(useSyncExternalStore(databaseDown.watch, databaseDown.get));
