import * as v from 'valibot';
import { nodePath, parentPath, lastSegment, type AccountAddress, type NodePath } from '../address.ts';
import { asFields } from './fields.ts';
import {
  firstPath,
  firstString,
  lenientNumber,
  lenientRecord,
  lenientString,
  lenientStrings,
  objectWith,
  parseDate,
} from './values.ts';

/** The state of a stored credential, if the service reports it (docs/onna-api.md §13). */
export type CredentialState = 'valid' | 'expired' | 'missing';

/** The signed-in user's permissions on a node. A flag that the service omits is undefined (docs/onna-api.md §3). */
export interface Permissions {
  readonly add?: boolean;
  readonly modify?: boolean;
  readonly delete?: boolean;
  readonly sendToSpyder?: boolean;
}

/** A decoded content node, from `@data` or from a GET of the node. */
export interface WireNode {
  readonly path: NodePath;
  readonly uid: string | undefined;
  readonly type: string;
  readonly title: string;
  readonly parentPath: NodePath;
  /** `@timestamp`, verbatim, because it is sent back as `since` (docs/onna-api.md §3). */
  readonly timestamp: string | undefined;
  /** Undefined if the answer does not contain the creators. */
  readonly creators: readonly string[] | undefined;
  /** When the node was created, in ms since 1970. */
  readonly created: number | undefined;
  readonly modified: number | undefined;
  readonly permissions: Permissions | undefined;
  readonly syncStatus: string | undefined;
  readonly syncType: string | undefined;
  readonly lastSync: number | undefined;
  readonly nextSync: number | undefined;
  readonly message: string | undefined;
  readonly credential: CredentialState | undefined;
  /** Whether the user has marked the node as a favorite. Undefined if the answer does not say so. */
  readonly favorite: boolean | undefined;
  /**
   * The uid of the wallet entry with the Datasource's credentials. Datasources with the same entry share the
   * credentials.
   */
  readonly walletEntry: string | undefined;
  readonly resourceCount: number | undefined;
  /** The owners of an invited Datasource who did not create it. Undefined if the answer does not list the owners. */
  readonly invitees: readonly string[] | undefined;
}

const schema = objectWith({
  '@id': lenientString,
  '@type': v.string(),
  '@name': lenientString,
  '@uid': lenientString,
  '@timestamp': lenientString,
  title: lenientString,
  sync_status: lenientString,
  type_sync: lenientString,
  doc_count: lenientNumber,
  '@users-permissions': lenientRecord,
});

/** The names of these fields are not documented (docs/onna-api.md §14.16). The first name that is present is used. */
const lastSyncNames = ['last_sync', 'last_synced', 'last_sync_date', 'last_successful_sync'];
const nextSyncNames = ['next_sync', 'next_sync_date'];
const walletEntryNames = ['wallet_entry', 'wallet_entry_uuid', 'wallet_entry_uid', 'wallet_uuid'];
const messageNames = ['sync_message', 'sync_error', 'error_message', 'status_message'];

function readPermissions(record: Readonly<Record<string, unknown>> | undefined): Permissions | undefined {
  if (!record) return undefined;
  const flag = (name: string): boolean | undefined => {
    const value = record[name];
    return typeof value === 'boolean' ? value : undefined;
  };
  return {
    add: flag('guillotina.AddContent'),
    modify: flag('guillotina.ModifyContent'),
    delete: flag('guillotina.DeleteContent'),
    sendToSpyder: flag('onna.SendToSpyder'),
  };
}

function readCredential(value: unknown): CredentialState | undefined {
  return value === 'valid' || value === 'expired' || value === 'missing' ? value : undefined;
}

/**
 * The creators are at the top level in a listing, but inside a behavior in a node's own JSON
 * (docs/onna-api.md §3 and §4).
 */
function creatorsOf(item: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const behavior = v.safeParse(
    v.looseObject({ creators: v.unknown() }),
    item['guillotina.behaviors.dublincore.IDublinCore'],
  );
  const creators = item['creators'] ?? (behavior.success ? behavior.output.creators : undefined);
  return Array.isArray(creators) ? v.parse(lenientStrings, creators) : undefined;
}

/**
 * Whether the caller has marked the node as a favorite: a field of a behavior, or of the node itself
 * (docs/onna-api.md §4). Undefined if the service does not say so.
 */
export function readFavorite(item: Readonly<Record<string, unknown>>): boolean | undefined {
  const behavior = asFields(item['onna.canonical.behaviors.following.IFollowing']);
  const favorite = behavior?.['favorite'] ?? item['favorite'];
  return typeof favorite === 'boolean' ? favorite : undefined;
}

/**
 * The owners without the creators. Onna does not document how to find the invited users. An owner who did not
 * create the Datasource must have been invited (docs/onna-api.md §11).
 */
function inviteesOf(
  item: Readonly<Record<string, unknown>>,
  creators: readonly string[] | undefined,
): readonly string[] | undefined {
  const assigned = asFields(item['@assigned-roles']);
  if (item['sync_status'] !== 'invited' || !assigned) return undefined;
  return Object.entries(assigned)
    .filter(([, roles]) => Array.isArray(roles) && roles.some((role) => /Owner$/.test(String(role))))
    .map(([principal]) => principal)
    .filter((principal) => !creators?.includes(principal));
}

/** Decodes a node. Undefined unless `json` is an object with a type and with an address in the account. */
export function decodeNode(address: AccountAddress, json: unknown): WireNode | undefined {
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) return undefined;
  const item = parsed.output;
  // Workspaces and Datasources are always in a folder. This rule resolves the ambiguity when an account contains a
  // folder with the account's name.
  const isPlausible = isBelowFolder(item['@type'])
    ? (path: NodePath) => path.lastIndexOf('/') > 0
    : undefined;
  const path = firstPath(item, (reference) => nodePath(address, reference, isPlausible));
  if (path === undefined) return undefined;
  const first = (names: readonly string[]): number | undefined => {
    for (const name of names) {
      const time = parseDate(item[name]);
      if (time !== undefined) return time;
    }
    return undefined;
  };
  const creators = creatorsOf(item);
  return {
    path,
    uid: item['@uid'] === '' ? undefined : item['@uid'],
    type: item['@type'],
    title: firstString(item, ['title', '@name']) ?? lastSegment(path),
    parentPath: parentPath(path),
    timestamp: item['@timestamp'],
    creators,
    created: parseDate(item['creation_date']),
    modified: parseDate(item['modification_date']),
    permissions: readPermissions(item['@users-permissions']),
    syncStatus: item.sync_status,
    syncType: item.type_sync,
    lastSync: first(lastSyncNames),
    nextSync: first(nextSyncNames),
    message: firstString(item, messageNames),
    credential: readCredential(item['credential_state']),
    favorite: readFavorite(item),
    walletEntry: firstString(item, walletEntryNames),
    resourceCount: item.doc_count,
    invitees: inviteesOf(item, creators),
  };
}

function isBelowFolder(type: string): boolean {
  return isDatasourceType(type) || type === 'Workspace' || type === 'Group';
}

/** Any `@type` with this suffix is a Datasource, even an unknown one (docs/onna-api.md §14.19). */
export function isDatasourceType(type: string): boolean {
  return type.endsWith('Datasource');
}
