import { words } from '../words/words.ts';
import { tellRefused } from './tell.ts';

/**
 * On a plain-HTTP LAN address a browser has no `navigator.clipboard`: the old way through a selected field stays.
 * @returns whether it was copied; the person was told where it was not
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (window.isSecureContext) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // Refused by the browser: the old way below.
  }
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  document.body.append(field);
  field.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way without a secure context
  const isCopied = document.execCommand('copy');
  field.remove();
  if (!isCopied) tellRefused(words.common.copyFailed);
  return isCopied;
}
