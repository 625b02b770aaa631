import type { CredentialState, Permissions } from '../../onna/wire/node.ts';
import type { Datasource } from './datasource.ts';
import { readOutcomes, type LastRead } from './readLog.ts';
import { readSyncStatus, readSyncType } from './syncStatus.ts';

/** A Datasource in the file, as unchecked JSON. */
type Saved = { readonly [Name in keyof Datasource | 'lastRead']?: unknown };

/** A Datasource from the file. */
export interface RestoredDatasource {
  readonly datasource: Datasource;
  /** The last individual read; null if there was none yet. Undefined if the list contains the status. */
  readonly lastRead: LastRead | null | undefined;
}

const outcomes: readonly unknown[] = ['synced', 'failed', 'error'];
const credentialStates: readonly unknown[] = ['valid', 'expired', 'missing'];
const permissionNames = ['add', 'modify', 'delete', 'sendToSpyder'] as const;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function isNumberOrNone(value: unknown): value is number | undefined {
  return value === undefined || typeof value === 'number';
}

function isCredentialOrNone(value: unknown): value is CredentialState | undefined {
  return value === undefined || credentialStates.includes(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isResultOrNone(value: unknown): value is Datasource['lastResult'] {
  return (
    value === undefined ||
    (isRecord(value) && typeof value['at'] === 'number' && outcomes.includes(value['outcome']))
  );
}

function isPermissionsOrNone(value: unknown): value is Permissions | undefined {
  return (
    value === undefined ||
    (isRecord(value) &&
      permissionNames.every((name) => value[name] === undefined || typeof value[name] === 'boolean'))
  );
}

function isReadOrNone(value: unknown): value is LastRead | null | undefined {
  return (
    value === undefined ||
    value === null ||
    (isRecord(value) &&
      typeof value['at'] === 'number' &&
      readOutcomes.some((outcome) => outcome === value['outcome']))
  );
}

/**
 * Decodes the Datasources of one file. Written by hand, because a schema takes several times longer for a file of
 * 100,000 Datasources. Equal values are shared, because the same few types, folders, owners and permissions occur in
 * all of them.
 */
export class SavedDatasources {
  readonly #texts = new Map<string, string>();
  readonly #lists = new Map<string, readonly string[]>();
  readonly #permissions = new Map<string, Permissions>();

  /** @returns Undefined if `json` is not a Datasource that this extension has saved. */
  decode(json: unknown): RestoredDatasource | undefined {
    if (!isRecord(json)) return undefined;
    const saved: Saved = json;
    const { id, path, parentPath, type, title, rawStatus, rawSyncType, owners } = saved;
    const { created, lastSync, nextSync, lastResult, message, credential, walletEntry } = saved;
    const { resourceCount, permissions, invitees, favorite = false, lastRead } = saved;
    if (
      !(typeof id === 'string' && typeof path === 'string' && typeof parentPath === 'string') ||
      !(typeof type === 'string' && typeof title === 'string' && isTexts(owners)) ||
      !(isTextOrNone(rawStatus) && isTextOrNone(rawSyncType) && isTextOrNone(message)) ||
      !(isNumberOrNone(created) && isNumberOrNone(lastSync) && isNumberOrNone(nextSync)) ||
      !(isResultOrNone(lastResult) && isCredentialOrNone(credential) && isTextOrNone(walletEntry)) ||
      !(isNumberOrNone(resourceCount) && isPermissionsOrNone(permissions)) ||
      !((invitees === undefined || isTexts(invitees)) && typeof favorite === 'boolean') ||
      !isReadOrNone(lastRead)
    )
      return undefined;
    const rawStatusText = this.#shared(rawStatus);
    const rawSyncTypeText = this.#shared(rawSyncType);
    // In the key order of `datasourceFrom`, because the store compares values as JSON.
    const datasource: Datasource = {
      id,
      path,
      parentPath: this.#shared(parentPath),
      type: this.#shared(type),
      title,
      rawStatus: rawStatusText,
      status: readSyncStatus(rawStatusText),
      rawSyncType: rawSyncTypeText,
      syncType: readSyncType(rawSyncTypeText),
      owners: shared(this.#lists, owners.length === 1 ? (owners[0] ?? '') : JSON.stringify(owners), owners),
      created,
      lastSync,
      nextSync,
      lastResult,
      message,
      credential,
      walletEntry: this.#shared(walletEntry),
      resourceCount,
      permissions: permissions && shared(this.#permissions, JSON.stringify(permissions), permissions),
      favorite,
      invitees,
    };
    return { datasource, lastRead };
  }

  #shared<T extends string | undefined>(value: T): T {
    return value === undefined ? value : (shared(this.#texts, value, value) as T);
  }
}

/** Returns the first value with this key. */
function shared<Key, T>(known: Map<Key, T>, key: Key, value: T): T {
  const first = known.get(key);
  if (first === undefined) known.set(key, value);
  return first ?? value;
}
