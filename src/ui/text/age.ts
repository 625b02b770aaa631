import * as vscode from 'vscode';
import type { Zone } from '../../shared/timeZone.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Elapsed time in short form: "just now", "5 min ago", "3 h ago", "2 d ago". `at` and `now` are in ms since 1970. */
export function age(at: number, now: number): string {
  const elapsed = now - at;
  if (elapsed < minute) return vscode.l10n.t('just now');
  if (elapsed < hour) return vscode.l10n.t('{0} min ago', Math.floor(elapsed / minute));
  if (elapsed < day) return vscode.l10n.t('{0} h ago', Math.floor(elapsed / hour));
  return vscode.l10n.t('{0} d ago', Math.floor(elapsed / day));
}

/**
 * Date and time in the user's language: “May 6, 2024, 5:00 AM”. Adds the time zone (“UTC”) if it may differ
 * from the user's own.
 */
export function moment(at: number, { timeZone, isReaders }: Zone): string {
  const options: Intl.DateTimeFormatOptions = {
    timeZone,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    ...(isReaders ? {} : { timeZoneName: 'short' }),
  };
  return new Intl.DateTimeFormat(vscode.env.language, options).format(at);
}

/** Minutes from `now` until `at`, at least 0. Used in texts such as "in 12 min". */
export function minutesUntil(at: number, now: number): number {
  return Math.max(0, Math.round((at - now) / minute));
}
