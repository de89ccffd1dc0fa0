import type { AddressRules } from './address-rules.ts';
import { addressesIn } from './discovery.ts';
import type { Answer } from './discovery.ts';
import { discover } from './discovery.udp.ts';
import { Lookout } from './lookout.ts';

const WAIT_MS = 1_500;

/** The lookout of a real site. */
export function siteLookout(rules: AddressRules): Lookout {
  const ask = async (targets: readonly string[]): Promise<readonly Answer[]> => {
    const answers: Answer[] = [];
    await discover({ rules, targets, waitMs: WAIT_MS, onAnswer: (answer) => answers.push(answer) });
    return answers;
  };
  return new Lookout(
    ask,
    (range) => addressesIn([range], rules),
    () => performance.now(),
  );
}
