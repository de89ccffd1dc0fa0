import type { EmergencyView } from '../../api/broadcasts.ts';
import { InForce } from '../../parts/in-force.tsx';
import { useLanguageName } from '../../parts/languages.tsx';
import { useNow } from '../../time/clock.ts';
import { clockAndDay, lengthInWords } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.emergency;

export const isInForce = ({ cancelledAt, endAt }: EmergencyView, now: number): boolean =>
  cancelledAt === null && Date.parse(endAt) > now;

/** Emergencies in force, where nobody can overlook them; nothing at all otherwise. */
export function EmergenciesPanel({ emergencies }: { emergencies: readonly EmergencyView[] }) {
  const now = useNow(5_000);
  const inForce = emergencies.filter((emergency) => isInForce(emergency, now));
  return inForce.map((emergency) => <EmergencyInForce key={emergency.id} emergency={emergency} />);
}

export function EmergencyInForce({ emergency }: { emergency: EmergencyView }) {
  const languageName = useLanguageName();
  const { id, title, languages } = emergency;
  const facts = [
    w.repeats(lengthInWords(emergency.everySeconds)),
    ...(languages.length > 1 ? [languages.map(languageName).join(', ')] : []),
    w.until(clockAndDay(emergency.endAt)),
    w.began(emergency.began, emergency.of),
    w.raisedBy(emergency.raisedByName),
  ];
  return <InForce id={id} title={title} facts={facts} />;
}
