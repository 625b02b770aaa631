import type { ZipFile } from '../archive/zipFile.ts';
import { readXml } from './xml.ts';

/** The form in which a style shows numbers. */
export type NumberKind = 'date' | 'dateTime' | 'number' | 'percent' | 'time';

/** Built-in formats of numbers that are dates or times, by their id. */
const builtIn = new Map<number, NumberKind>([
  ...[14, 15, 16, 17].map((id) => [id, 'date'] as const),
  ...[18, 19, 20, 21, 45, 46, 47].map((id) => [id, 'time'] as const),
  [22, 'dateTime'],
  ...[9, 10].map((id) => [id, 'percent'] as const),
  // Formats of East Asian versions
  ...[27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map((id) => [id, 'date'] as const),
  ...[32, 33, 34, 35, 55, 56].map((id) => [id, 'time'] as const),
]);

function kindOf(code: string): NumberKind {
  // Only the format of positive numbers counts, without its quoted texts, colors and escaped characters.
  const [positive = ''] = code.split(';');
  const letters = positive.replaceAll(/"[^"]*"|\[(?!h+\]|m+\]|s+\])[^\]]*\]|[\\_*]./gi, '').toLowerCase();
  if (/general|^@$/.test(letters)) return 'number';
  const hasDate = /[yd]/.test(letters);
  const hasTime = /[hs]/.test(letters);
  if (hasDate) return hasTime ? 'dateTime' : 'date';
  if (hasTime) return 'time';
  if (letters.includes('m')) return 'date';
  return letters.includes('%') ? 'percent' : 'number';
}

/** Returns how each cell style of a workbook shows numbers. */
export async function readStyles(zip: ZipFile, name: string | undefined): Promise<NumberKind[]> {
  const styles: NumberKind[] = [];
  if (name === undefined) return styles;
  const formats = new Map(builtIn);
  let inCellStyles = false;
  await readXml(zip, name, {
    open: (element, { numFmtId = '', formatCode = '' }) => {
      if (element === 'numFmt') formats.set(Number(numFmtId), kindOf(formatCode));
      if (element === 'cellXfs') inCellStyles = true;
      if (element === 'xf' && inCellStyles) styles.push(formats.get(Number(numFmtId)) ?? 'number');
    },
    close: (element) => {
      if (element === 'cellXfs') inCellStyles = false;
    },
  });
  return styles;
}

const dayMs = 86_400_000;

/** Day 0 of Excel's calendar, in ms since 1970. Excel counts a 29 February 1900, so days before March 1900 differ. */
const day0 = Date.UTC(1899, 11, 30);

/** Number of days between the calendars that begin in 1900 and in 1904. */
const days1904 = 1_462;

/** Largest number that is a date: 9999-12-31. */
const maxDay = 2_958_465;

/** Returns a number as the cell shows it: a date as `2026-03-01`, a time as `14:30:00`, a share as `25%`. */
export function shownNumber(value: string, kind: NumberKind | undefined, since1904: boolean): string {
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  // Excel has 15 digits. More digits are rounding errors.
  const rounded = (shown: number): string => String(Number(shown.toPrecision(15)));
  if (kind === 'percent') return `${Number((number * 100).toFixed(2))}%`;
  if (kind === undefined || kind === 'number' || number < 0 || number > maxDay) return rounded(number);
  const iso = new Date(day0 + Math.round((number + (since1904 ? days1904 : 0)) * dayMs)).toISOString();
  const [date = '', time = ''] = iso.slice(0, 19).split('T');
  if (kind === 'date') return date;
  return kind === 'time' && number < 1 ? time : `${date} ${time}`;
}
