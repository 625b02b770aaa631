import { isTimeZone } from '../../shared/timeZone.ts';
import { groupings } from '../datasources/grouping.ts';
import { newsChoices, type NewsChoice } from '../notifications/statusNews.ts';
import { pageSizeOf, pageSizes } from './pageSize.ts';

/** The settings and their types; package.json declares defaults and scopes. */
export interface Settings {
  /**
   * The address that the sign-in suggests. Application scope, because a workspace must not decide where
   * passwords are sent.
   */
  'onna.server': string;
  'onna.pageSize': number;
  'onna.groupBy': 'workspace' | 'type' | 'status';
  'onna.statusBar': boolean;
  /**
   * The status changes that show a notification. Application scope, because the user decides, not a
   * workspace.
   */
  'onna.notify': NewsChoice;
  /**
   * `auto`, or an IANA name such as `Asia/Tokyo`. Application scope, because the user decides, not a
   * workspace.
   */
  'onna.timeZone': string;
  /**
   * Whether the assistant's tools may sync and reprocess. Application scope, because a workspace must not allow
   * actions.
   */
  'onna.assistant.actions': boolean;
  /** Whether the MCP server runs. Application scope, because a workspace must not turn it on. */
  'onna.mcp.enabled': boolean;
}

export type SettingId = keyof Settings;

/** The default settings. package.json declares the same values. */
export const settingDefaults: Settings = {
  'onna.server': 'https://enterprise.onna.com',
  'onna.pageSize': pageSizes.default,
  'onna.groupBy': 'workspace',
  'onna.statusBar': true,
  'onna.notify': 'attention',
  'onna.timeZone': 'auto',
  'onna.assistant.actions': false,
  'onna.mcp.enabled': false,
};

const readers: { readonly [Id in SettingId]: (value: unknown) => Settings[Id] | undefined } = {
  'onna.server': (value) => (typeof value === 'string' ? value : undefined),
  'onna.pageSize': (value) => (typeof value === 'number' ? pageSizeOf(value) : undefined),
  'onna.groupBy': (value) => groupings.find((grouping) => grouping === value),
  'onna.statusBar': (value) => (typeof value === 'boolean' ? value : undefined),
  'onna.notify': (value) => newsChoices.find((choice) => choice === value),
  'onna.timeZone': (value) =>
    typeof value === 'string' && (value === settingDefaults['onna.timeZone'] || isTimeZone(value))
      ? value
      : undefined,
  'onna.assistant.actions': (value) => (typeof value === 'boolean' ? value : undefined),
  'onna.mcp.enabled': (value) => (typeof value === 'boolean' ? value : undefined),
};

/**
 * Returns a setting's value, or undefined if it is invalid. VS Code does not check the values in settings
 * files, not even in those of a workspace.
 */
export function validSetting<Id extends SettingId>(id: Id, value: unknown): Settings[Id] | undefined {
  return readers[id](value);
}
