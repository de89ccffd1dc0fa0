/**
 * The same function, which remembers what it made of the last `kept` keys; the oldest goes first. What throws is not
 * remembered, so that a flood of bad keys pushes out no good one.
 */
export function remembering<V>(kept: number, make: (key: string) => V): (key: string) => V {
  const made = new Map<string, V>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    const [oldest] = made.size < kept ? [] : made.keys();
    if (oldest !== undefined) made.delete(oldest);
    made.set(key, value);
    return value;
  };
}
