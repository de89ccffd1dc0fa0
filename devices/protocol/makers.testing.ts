import { readFileSync } from 'node:fs';
import { OPERATIONS, type NoticeItem, type NoticeOperation } from '../connector/notice.ts';
import type { Kind } from './topic-map.data.ts';

/** Makers' messages, one row a form (its README says more). */
export const fixtures = 'test/fixtures/cameras';

export interface Row {
  readonly topic: string;
  readonly maker: string;
  /** Where the table has only a name, the value is empty. */
  readonly source: readonly NoticeItem[];
  readonly data: readonly NoticeItem[];
  /** XML elements in the data. */
  readonly elements: readonly string[];
  readonly meaning: string;
  readonly operation: NoticeOperation;
  /** The whole line. */
  readonly line: string;
}

export function tableRows(path: string): Row[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => {
      const [topic = '', maker = '', source = '', , data = '', meaning = '', note = ''] = line.split('\t');
      const operation = OPERATIONS.find((one) => note.includes(`op=${one}`)) ?? 'none';
      const elements = data.split(',').flatMap((one) => (one.startsWith('[El]') ? [one.slice(4)] : []));
      return {
        topic,
        maker,
        meaning,
        operation,
        elements,
        line,
        source: namesIn(source),
        data: itemsIn(data),
      };
    });
}

export function itemsIn(cell: string): NoticeItem[] {
  if (!cell.includes('=') || cell.startsWith('SimpleItem')) return [];
  return cell.split(',').flatMap((one) => {
    const [name = '', value = ''] = one.split('=');
    return name.startsWith('[El]') ? [] : [{ name, value }];
  });
}

/** `Source[0]`, `(empty Source)` and `...` are the tables' own words, and types stand behind names. */
function namesIn(cell: string): NoticeItem[] {
  return cell.split(',').flatMap((one) => {
    const [name = '', value = ''] = one.split('=');
    const plain = name.split(':')[0] ?? '';
    return /^[\w-]+$/.test(plain) ? [{ name: plain, value }] : [];
  });
}

/** What the table's words for a meaning are in the catalogue; several where the message itself decides. */
export const kindsOf: Readonly<Record<string, readonly Kind[]>> = {
  'motion state': ['motion'],
  'PIR sensor': ['pir'],
  'relay output state': ['relay'],
  'sound detected / audio level': ['audio'],
  'storage failure / state': ['storage'],
  'network state': ['network'],
  'last clock sync': ['clock'],
  'last reboot time': ['reboot'],
  'last factory reset time': ['reboot'],
  'device booted and ready': ['reboot'],
  'CPU %': ['processor'],
  'PTZ state': ['ptz'],
  'recording job/config change': ['recording'],
  'object inside field / intrusion': ['intrusion'],
  'line crossing (edge event; ObjectId, or IsLineCross state)': ['line-crossing'],
  'person detected': ['person'],
  'vehicle detected': ['vehicle'],
  loitering: ['loitering'],
  'tamper / camera covered / shock': ['tamper'],
  'smart event: which class is in the Data item name (IsPeople/IsVehicle/IsPet...)': ['vehicle'],
  counter: ['counter'],
  'face detected': ['face'],
  'object classified (person/vehicle...)': ['person', 'object'],
  'scene change (treat as tamper)': ['scene-change'],
  'image quality (treat as tamper)': ['image-quality'],
  'video signal loss/mismatch': ['video-loss'],
  'digital-input / I-O port state': ['digital-input'],
  'hardware / environment health': ['hardware'],
  'media/profile configuration changed (refresh cached stream URIs)': ['configuration'],
  'day/night switch': ['day-night'],
  'device log (noise)': ['device-log'],
  'schedule pulse (noise)': ['noise'],
  'TLS keystore (noise)': ['noise'],
  'other / vendor status': ['unknown', 'hardware', 'fire'],
};
