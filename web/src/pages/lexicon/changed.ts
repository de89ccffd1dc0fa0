import { useQueryClient } from '@tanstack/react-query';

/** After each change of the lexicon: what is shown of it, and every reading, is asked for anew. */
export function useLexiconChanged(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all(
      ['lexicon', 'lexicon-affected', 'reading', 'announcement'].map((key) =>
        client.invalidateQueries({ queryKey: [key] }),
      ),
    );
  };
}
