import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { languages } from '../api/accounts.ts';
import { words } from '../words/words.ts';

/** `tiếng Ê Đê`, from a language's code. */
export function useLanguageName(): (code: string) => string {
  const { data = [] } = useQuery(languages);
  return (code) => words.languages.named(data.find((one) => one.code === code)?.name ?? code);
}

/** In which language something sounds. What is in Vietnamese says so only where there are others beside it. */
export function LanguageTag({ code, always = false }: { code: string; always?: boolean }) {
  const name = useLanguageName();
  if (code === 'vi' && !always) return null;
  return (
    <Badge variant="light" color="grape" tt="none" fw={600} size="md">
      {name(code)}
    </Badge>
  );
}
