/** One of the things that a device has pictures of. */
export interface VideoSource {
  readonly token: string;
  /** As its owner or maker called it. */
  readonly name: string;
  /** Tokens that notices may name instead of its own. */
  readonly aliases: readonly string[];
}

/**
 * Where makers say which source a notice is about: `VideoSourceConfigurationToken` (the standard's), `VideoSourceToken`,
 * `VideoSource` (Hisilicon), `Source` (Reolink, Hikvision and its clones), `channel` (Axis), a profile's token.
 */
const NAMING = /^(?:video|source|channel|profile)/i;

/**
 * The token of the source that a notice names; null where it names none of these, or none that is one alone. A name
 * that only looks alike is not guessed at: an event at the wrong place is worse than one that waits to be placed.
 *
 * @param items the notice's Source items
 */
export function sourceNamed(
  items: readonly { readonly name: string; readonly value: string }[],
  sources: readonly VideoSource[],
): string | null {
  if (sources.length === 0) return null;
  const told = items
    .filter(({ name }) => NAMING.test(name))
    .map(({ value }) => plain(value))
    .filter((value) => value !== '');
  const ways: ((source: VideoSource) => readonly string[])[] = [
    ({ token }) => [token],
    ({ aliases }) => aliases,
    ({ name }) => [name],
  ];
  for (const way of ways)
    for (const value of told) {
      const [found, ...others] = sources.filter((source) => way(source).some((one) => plain(one) === value));
      if (found !== undefined && others.length === 0) return found.token;
    }
  return null;
}

function plain(text: string): string {
  return text.trim().toLowerCase();
}
