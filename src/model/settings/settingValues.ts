import { isTimeZone } from '../../shared/timeZone.ts';
import { groupings } from '../datasources/grouping.ts';
import { pageSizeOf, pageSizes } from './pageSize.ts';

/** Settings with the types of their values; package.json declares defaults and scopes. */
export interface Settings {
  /** Offered at sign-in. Application scope: a workspace must not decide where a password goes. */
  'onna.server': string;
  'onna.pageSize': number;
  'onna.groupBy': 'workspace' | 'type' | 'status';
  'onna.statusBar': boolean;
  /** `auto`, or an IANA name such as `Asia/Tokyo`. Application scope: it is the user's, not a workspace's. */
  'onna.timeZone': string;
}

export type SettingId = keyof Settings;

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
