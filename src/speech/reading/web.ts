import { letterName } from './letters.ts';
import type { Hit, Scan } from './scan.ts';

const HOST =
  '[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\\.[A-Za-z0-9-]{1,62}){0,6}\\.(?:vn|com|net|org|info|gov|edu|io|me|tv|asia|app|xyz|top|cc|biz|ly|link|site|online|shop)(?![\\p{L}\\d])';
const ADDRESS = new RegExp(
  `(?:https?:\\/\\/)?(?:${HOST})(?::\\d{2,5})?(?:\\/[A-Za-z0-9._~%?=&#+/-]{0,200}[A-Za-z0-9/=])?\\/?`,
  'uiy',
);
const MAIL = new RegExp(`[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,62})@${HOST}`, 'uiy');

/** Web and mail addresses: parts that the lexicon knows are said as words, the rest is left as typed. */
export function webAddress(scan: Scan): Hit | undefined {
  const mail = scan.match(MAIL);
  if (mail !== undefined) {
    const [name = '', host = ''] = mail[0].split('@');
    return {
      end: scan.at + mail[0].length,
      spoken: `${local(scan, name)} a còng ${dotted(scan, host)}`,
      rule: 'web.mail',
    };
  }
  const found = scan.match(ADDRESS);
  if (found === undefined) return undefined;
  const bare = found[0].replace(/^https?:\/\//iu, '').replace(/\/$/u, '');
  const [host = '', ...path] = bare.split('/');
  const [name = '', port] = host.split(':');
  const tail = path.map((part) => ` gạch chéo ${local(scan, part)}`).join('');
  const ports = port === undefined ? '' : ` hai chấm ${scan.say.digits(port)}`;
  return {
    end: scan.at + found[0].length,
    spoken: `${dotted(scan, name)}${ports}${tail}`,
    rule: 'web.address',
  };
}

function dotted(scan: Scan, host: string): string {
  return host
    .split('.')
    .map((part) => piece(scan, part))
    .join(' chấm ');
}

function local(scan: Scan, name: string): string {
  return name
    .split(/([._\-?=&#+%~])/u)
    .map((part) => MARKS[part] ?? piece(scan, part))
    .filter((part) => part !== '')
    .join(' ');
}

const MARKS: Readonly<Record<string, string>> = {
  '.': 'chấm',
  _: 'gạch dưới',
  '-': 'gạch ngang',
  '?': 'hỏi chấm',
  '=': 'bằng',
  '&': 'và',
  '#': 'thăng',
  '+': 'cộng',
  '%': 'phần trăm',
  '~': 'ngã',
};

function piece(scan: Scan, part: string): string {
  const known = scan.lexicon.label(part);
  if (known !== undefined) return known;
  return part
    .split(/(\d+|-)/u)
    .map((run) => {
      if (run === '-') return 'gạch ngang';
      if (/^\d+$/u.test(run)) return scan.say.digits(run);
      if (run.length === 1) return letterName(run);
      return (
        scan.lexicon.label(run) ??
        (/^[^aeiouy]+$/iu.test(run) ? Array.from(run, letterName).join(' ') : run.toLowerCase())
      );
    })
    .filter((run) => run !== '')
    .join(' ');
}
