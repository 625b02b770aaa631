import type { SettingId, Settings } from '../../ids.ts';
import { isTimeZone } from '../../shared/timeZone.ts';
import { groupings } from '../datasources/grouping.ts';
import { pageSizeOf, pageSizes } from './pageSize.ts';

/** The settings' defaults; package.json declares the same ones. */
export const settingDefaults: Settings = {
  'onna.server': 'https://enterprise.onna.com',
  'onna.pageSize': pageSizes.usual,
  'onna.groupBy': 'workspace',
  'onna.statusBar': true,
  'onna.timeZone': 'auto',
};

const readers: { readonly [Id in SettingId]: (value: unknown) => Settings[Id] | undefined } = {
  'onna.server': (value) => (typeof value === 'string' ? value : undefined),
  'onna.pageSize': (value) => (typeof value === 'number' ? pageSizeOf(value) : undefined),
  'onna.groupBy': (value) => groupings.find((grouping) => grouping === value),
  'onna.statusBar': (value) => (typeof value === 'boolean' ? value : undefined),
  'onna.timeZone': (value) =>
    typeof value === 'string' && (value === settingDefaults['onna.timeZone'] || isTimeZone(value))
      ? value
      : undefined,
};

/**
 * A setting's value, or undefined where it is none: VS Code hands out whatever a settings file holds, even a
 * workspace's, unchecked.
 */
export function validSetting<Id extends SettingId>(id: Id, value: unknown): Settings[Id] | undefined {
  return readers[id](value);
}
