import type { SheetData } from 'write-excel-file/browser';
import type { CameraSheetView } from '../../api/health.ts';
import { dateTime } from '../../time/format.ts';
import { kindName } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';

const w = words.cameraHealth.sheetPage;
const states = words.cameras.states;

type SheetCamera = CameraSheetView['cameras'][number];
type Gap = CameraSheetView['gaps'][number];

export const shareText = (percent: number | null): string => (percent === null ? w.none : w.percent(percent));

const longestFirst = (a: SheetCamera, b: SheetCamera): number =>
  (b.days ?? 0) - (a.days ?? 0) || a.number - b.number;

/** Those that are of no use at the end of the period: as many as the villages' `dead` together. The longest first. */
export const deadOf = (sheet: CameraSheetView): SheetCamera[] =>
  sheet.cameras.filter(({ now }) => now === 'dead' || now === 'bad-picture').sort(longestFirst);

/** Those of which nobody knows then: as many as `unclear`. They may be well: nobody is sent to mend them. */
export const unclearOf = (sheet: CameraSheetView): SheetCamera[] =>
  sheet.cameras.filter(({ now }) => now === 'unknown').sort(longestFirst);

/** Those whose recording is less than it must be; a young one is only told on its own page. */
export const poorlyKept = (sheet: CameraSheetView): SheetCamera[] =>
  sheet.cameras.filter(({ recording }) => (recording?.fault ?? 'young') !== 'young');

export function whyOf({ now, state, finding }: SheetCamera): string {
  if (now === 'bad-picture' && finding !== null) return words.cameraHealth.whys[finding];
  if (now === 'unknown') return state === 'connecting' ? w.connecting : w.untold;
  return now === 'dead' ? states[state].toLowerCase() : w.now[now];
}

export const gapKind = ({ kind }: Gap): string =>
  (words.cameraHealth.whys as Record<string, string>)[kind] ?? kindName(kind);

export const gapCause = ({ cause }: Gap): string => (cause === null ? '' : w.causes[cause]);

/** The sheet as rows of a spreadsheet, one part below the other. */
export function sheetRows(sheet: CameraSheetView, period: string): SheetData {
  const bold = (value: string) => ({ value, fontWeight: 'bold' as const, wrap: true });
  const percent = (value: number | null) =>
    value === null ? null : { value: value / 100, type: Number, format: '0.0%' };
  const title = (text: string) => [null, bold(text)];
  return [
    [bold(`${w.title}: ${sheet.communeName}`)],
    [period],
    [],
    title(w.byVillage),
    [w.village, w.count, w.dead, w.unclear, w.usable, w.unknown].map(bold),
    ...sheet.villages.map(({ name, cameras, dead, unclear, usablePercent, unknownPercent }) => [
      name,
      cameras,
      dead,
      unclear,
      percent(usablePercent),
      percent(unknownPercent),
    ]),
    [
      bold(w.whole),
      sheet.cameras.length,
      deadOf(sheet).length,
      unclearOf(sheet).length,
      percent(sheet.whole.usablePercent),
      percent(sheet.whole.unknownPercent),
    ],
    [],
    title(w.all),
    [
      w.number,
      w.camera,
      w.village,
      w.owner,
      w.usable,
      w.unknown,
      w.why,
      w.days,
      w.lastUsable,
      w.keptDays,
    ].map(bold),
    ...sheet.cameras.map((one) => [
      one.number,
      one.name,
      one.villageName,
      one.owner === '' ? w.ownerNone : one.owner,
      percent(one.usablePercent),
      percent(one.unknownPercent),
      whyOf(one),
      one.days,
      one.lastUsableAt === null ? null : dateTime(one.lastUsableAt),
      one.recording?.days ?? null,
    ]),
    [],
    title(w.gaps),
    [w.camera, w.village, w.what, w.from, w.until, w.cause].map(bold),
    ...sheet.gaps.map((gap) => [
      gap.name,
      gap.villageName,
      gapKind(gap),
      dateTime(gap.from),
      gap.until === null ? w.still : dateTime(gap.until),
      gapCause(gap),
    ]),
  ];
}
