import { empty } from '../http/answer.ts';
import { contentObject } from '../http/jsonObject.ts';
import { fieldErrors } from '../http/refusals.ts';
import type { FieldError } from '../http/refusals.ts';
import { anyTarget, isDatasource } from '../http/view.ts';
import type { ServiceView, Target, ViewRequest } from '../http/view.ts';
import type { SyncType } from '../store/datasources.ts';
import type { SyncEngine } from '../sync/engine.ts';
import type { Invitations } from '../sync/invitations.ts';
import {
  applyChanges,
  clearing,
  dublinCore,
  readDublinCore,
  readOwnFields,
  storedDublinCore,
} from './dublinCore.ts';
import type { DublinCoreValues } from './dublinCore.ts';
import { changeResource } from './resourceChange.ts';
import { defaultSyncType, readSyncType } from './syncTypeField.ts';
import { connectorFieldNames, readSourceFields } from './sourceFields.ts';
import type { SourceFields } from './sourceFields.ts';
import type { Stores } from '../store/stores.ts';
import type { Fields, StoredNode } from '../store/nodes.ts';
import type { Timestamps } from '../store/timestamps.ts';
import { isFolderType } from '../base/datasourceTypes.ts';
import { queued } from '../sync/queuedChange.ts';

interface Change {
  dublinCore: DublinCoreValues;
  typeSync?: SyncType;
  /** The status `pending` accepts an invitation, or starts the first sync of a configured Datasource. */
  status?: 'paused' | 'resuming' | 'pending';
  source?: SourceFields;
}

/** How a body changes an object. PATCH changes only the fields in the body. PUT also clears all other fields. */
interface Reading {
  readonly replaces: boolean;
  /** Whether the user may collect folders of this machine. */
  readonly mayNameFolders: boolean;
}

/** Reads the requested change. Unknown keys are silently ignored, as in the framework. */
function readChange(
  body: Readonly<Record<string, unknown>>,
  target: Target & { kind: 'node' },
  { replaces, mayNameFolders }: Reading,
  errors: FieldError[],
): Change {
  const fields = replaces ? {} : target.node.fields;
  const isAccount = target.node.path === '';
  const sent = isAccount
    ? readOwnFields(body, errors)
    : readDublinCore(body, storedDublinCore(fields), errors);
  const cleared = isAccount ? { title: null } : clearing;
  const change: Change = { dublinCore: replaces ? { ...cleared, ...sent } : sent };
  if (!isDatasource(target)) return change;
  const { node, datasource } = target;
  const typeSync =
    readSyncType(body['type_sync'], node.type, errors) ?? (replaces ? defaultSyncType(node.type) : undefined);
  if (typeSync !== undefined) change.typeSync = typeSync;
  const source = readSourceFields(body, fields, mayNameFolders, errors);
  const isOtherFolder = source.origin !== undefined && source.origin !== datasource.origin;
  if (isOtherFolder && datasource.syncStatus !== 'created') {
    const message = 'The folder can be changed only while the Datasource is created';
    errors.push({ field: 'original_url', message });
  }
  if (replaces || Object.keys(source.fields).length > 0) change.source = source;
  const status = body['sync_status'];
  if (status === 'paused' || status === 'resuming' || status === 'pending') change.status = status;
  else if (status !== undefined && status !== null)
    errors.push({ field: 'sync_status', message: 'Must be paused, resuming or pending' });
  return change;
}

/** The fields of a node after a change. */
function fieldsAfter(
  { fields }: StoredNode,
  stored: DublinCoreValues,
  source: SourceFields | undefined,
  replaces: boolean,
): Fields {
  // In earlier versions, `description` was a separate field.
  const cleared = new Set([dublinCore, 'description', ...(replaces ? connectorFieldNames : [])]);
  const kept = Object.entries(fields).filter(([name]) => !cleared.has(name));
  return { ...Object.fromEntries(kept), ...source?.fields, [dublinCore]: stored };
}

interface PatchDeps extends Pick<
  Stores,
  'database' | 'trail' | 'nodes' | 'datasources' | 'resources' | 'index'
> {
  readonly engine: SyncEngine;
  readonly invitations: Invitations;
  readonly timestamps: Timestamps;
  /** Login of the user that the sandbox was started with. Only this user may choose folders to collect. */
  readonly owner: string;
}

/**
 * Whether a Datasource is ready for its first sync. A folder Datasource always is, because it receives
 * uploads. All others need a source.
 */
function isConfigured(
  { type, fields }: Pick<StoredNode, 'type' | 'fields'>,
  origin: string | undefined,
): boolean {
  const hasSource = (fields['original_url'] ?? fields['urls'] ?? null) !== null;
  return isFolderType(type) || origin !== undefined || hasSource;
}

/** @returns The reason for a refusal, or undefined */
function changeStatus(
  { engine, invitations }: PatchDeps,
  nodeId: number,
  status: NonNullable<Change['status']>,
  login: string | undefined,
): string | undefined {
  switch (status) {
    case 'paused':
      return engine.pause(nodeId, login);
    case 'resuming':
      return engine.resume(nodeId, login);
    case 'pending':
      return invitations.accept(nodeId, login);
  }
}

/**
 * PATCH changes an object, and PUT replaces it (docs/onna-api.md §4 and §18). The response is 204 without a body, so
 * clients need a GET to see the result. PUT keeps the status of a Datasource and the folder that it collects.
 */
export function patchView(deps: PatchDeps): ServiceView {
  const { database, nodes, datasources, index, trail, timestamps, engine, owner } = deps;

  function changeNode(
    target: Target & { kind: 'node' },
    body: Readonly<Record<string, unknown>>,
    { replaces, switches, login }: { replaces: boolean } & Pick<ViewRequest, 'switches' | 'login'>,
  ): void {
    const { node } = target;
    const errors: FieldError[] = [];
    const change = readChange(body, target, { replaces, mayNameFolders: login === owner }, errors);
    if (errors.length > 0) throw fieldErrors(errors);
    const { typeSync, source } = change;
    const { title, stored } = applyChanges(storedDublinCore(node.fields), change.dublinCore);
    const changesNode = Object.keys(change.dublinCore).length > 0 || source !== undefined;
    const fields = fieldsAfter(node, stored, source, replaces);
    const status = switches.patchIgnoresStatus ? undefined : change.status;
    const before = isDatasource(target) ? target.datasource : undefined;
    const begins = status === 'pending' && before?.syncStatus === 'created';
    let problem: string | undefined;
    if (begins)
      problem = isConfigured({ ...node, fields }, source?.origin ?? before.origin)
        ? undefined
        : 'The Datasource is not configured yet';
    else if (status !== undefined) problem = changeStatus(deps, node.id, status, login);
    if (problem !== undefined) throw fieldErrors([{ field: 'sync_status', message: problem }]);
    database.transaction(() => {
      if (changesNode || typeSync !== undefined)
        trail.audit('edit', node, login, { ...change.dublinCore, type_sync: typeSync });
      if (typeSync !== undefined) datasources.update(node.id, { typeSync });
      if (source?.origin !== undefined) datasources.update(node.id, { origin: source.origin });
      if (!changesNode) return;
      nodes.edit(node.id, { ...(title === undefined ? {} : { title }), fields });
      // Other nodes are not in the search index.
      if (title !== undefined && (before || node.type === 'Workspace')) index.putNode({ ...node, title });
    });
    if (begins) {
      datasources.update(node.id, queued('pending', timestamps.next()), { login });
      engine.wake();
    }
  }

  return {
    name: '',
    methods: ['PATCH', 'PUT'],
    permission: 'guillotina.ModifyContent',
    appliesTo: anyTarget,
    isAction: true,
    async answer({ target, path, method, json, switches, login }: ViewRequest) {
      const body = contentObject(await json());
      const replaces = method === 'PUT';
      if (target.kind === 'resource') changeResource(deps, target, body, { replaces, login, path });
      else changeNode(target, body, { replaces, switches, login });
      return empty(204);
    },
  };
}
