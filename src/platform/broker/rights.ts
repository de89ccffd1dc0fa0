/** What one client of the broker may do, as MQTT topic filters. */
export interface ClientRights {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

export interface BrokerClient extends ClientRights {
  /**
   * SHA-256 (lower-case hexadecimal) of the client's secret. The secret is 256 random bits that we made ourselves: no
   * guessing finds it, so a slow password hash would only cost time when a thousand poles come back at once.
   */
  readonly secretHash: string;
}

/** Whom the broker lets in. Kept in a file, so that it goes on with the database down. */
export interface BrokerCredentials {
  readonly clients: Readonly<Record<string, BrokerClient>>;
}

/** Whether a topic is in a filter (MQTT 3.1.1, 4.7). A wildcard at the front does not reach topics that begin with $. */
export function filterMatches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && !filter.startsWith('$')) return false;
  const [parts, levels] = [filter.split('/'), topic.split('/')];
  for (const [index, part] of parts.entries()) {
    if (part === '#') return true;
    if (index >= levels.length || (part !== '+' && part !== levels[index])) return false;
  }
  return parts.length === levels.length;
}

/** Whether every topic of `asked` is also one of `allowed`: what a subscription may ask for. */
export function filterCovers(allowed: string, asked: string): boolean {
  if (asked.startsWith('$') && !allowed.startsWith('$')) return false;
  const [parts, levels] = [allowed.split('/'), asked.split('/')];
  for (const [index, part] of parts.entries()) {
    if (part === '#') return true;
    const level = levels[index];
    if (level === undefined || level === '#') return false;
    if (part !== '+' && part !== level) return false;
  }
  return parts.length === levels.length;
}

export function mayPublish(rights: ClientRights, topic: string): boolean {
  return rights.publish.some((filter) => filterMatches(filter, topic));
}

export function maySubscribe(rights: ClientRights, asked: string): boolean {
  return rights.subscribe.some((filter) => filterCovers(filter, asked));
}

/** An order that were kept would be given again, days later, to each pole that comes back. */
export function isOrderTopic(topic: string): boolean {
  return topic.endsWith('/order');
}
