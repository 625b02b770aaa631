import * as v from 'valibot';
import { empty } from '../http/answer.ts';
import { jsonObject } from '../http/jsonObject.ts';
import { fieldErrors } from '../http/refusals.ts';
import type { FieldError } from '../http/refusals.ts';
import { isDatasource } from '../http/view.ts';
import type { ServiceView, Target, ViewRequest } from '../http/view.ts';
import type { SyncType } from '../store/datasources.ts';
import type { SyncEngine } from '../sync/engine.ts';
import type { Invitations } from '../sync/invitations.ts';
import { dublinCore } from './serializer.ts';
import { readSyncType } from './syncTypeField.ts';
import { readSourceFields } from './sourceFields.ts';
import type { SourceFields } from './sourceFields.ts';
import type { Stores } from '../store/stores.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { Timestamps } from '../store/timestamps.ts';
import { isFolderType } from '../base/datasourceTypes.ts';
import { queued } from '../sync/queuedChange.ts';

const bodySchema = v.record(v.string(), v.unknown());

interface Change {
  title?: string;
  description?: string | null;
  typeSync?: SyncType;
  /** `pending` accepts an invitation, or starts the first sync of a configured Datasource. */
  status?: 'paused' | 'resuming' | 'pending';
  source?: SourceFields;
}

/** Reads the requested change. Unknown keys are silently ignored, as in the framework. */
function readChange(
  body: Readonly<Record<string, unknown>>,
  target: Target,
  mayNameFolders: boolean,
  errors: FieldError[],
): Change {
  const change: Change = {};
  const behavior = v.safeParse(bodySchema, body[dublinCore]);
  const description = behavior.success ? behavior.output['description'] : undefined;
  if (typeof description === 'string' || description === null) change.description = description;
  else if (description !== undefined)
    errors.push({ field: `${dublinCore}.description`, message: 'Not a string' });
  if ('title' in body) {
    if (typeof body['title'] === 'string') change.title = body['title'];
    else errors.push({ field: 'title', message: 'Not a string' });
  }
  if (!isDatasource(target)) return change;
  if ('type_sync' in body) {
    const wanted = readSyncType(body['type_sync'], target.node.type, errors);
    if (wanted !== undefined) change.typeSync = wanted;
  }
  const source = readSourceFields(body, mayNameFolders, errors);
  for (const field of Object.keys(source.fields))
    if (target.datasource.syncStatus !== 'created')
      errors.push({ field, message: 'Can be changed only while the Datasource is created' });
  if (Object.keys(source.fields).length > 0) change.source = source;
  if ('sync_status' in body) {
    const wanted = body['sync_status'];
    if (wanted === 'paused' || wanted === 'resuming' || wanted === 'pending') change.status = wanted;
    else errors.push({ field: 'sync_status', message: 'Must be paused, resuming or pending' });
  }
  return change;
}

interface PatchDeps extends Pick<Stores, 'database' | 'trail' | 'nodes' | 'datasources' | 'index'> {
  readonly engine: SyncEngine;
  readonly invitations: Invitations;
  readonly timestamps: Timestamps;
  /** Login of the user that the sandbox was started with. Only this user may name folders to collect. */
  readonly owner: string;
}

/** Whether a Datasource has everything that its first sync needs: a folder receives uploads, all others have a source. */
function isConfigured(
  { type, fields }: Pick<StoredNode, 'type' | 'fields'>,
  origin: string | undefined,
): boolean {
  return isFolderType(type) || origin !== undefined || 'original_url' in fields || 'urls' in fields;
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
 * PATCH changes a node. The response is 204 without a body, so clients need a GET to see the result (docs/onna-api.md
 * §4).
 */
export function patchView(deps: PatchDeps): ServiceView {
  const { database, nodes, datasources, index, trail, timestamps, engine, owner } = deps;
  return {
    name: '',
    methods: ['PATCH'],
    permission: 'guillotina.ModifyContent',
    appliesTo: ({ kind }) => kind === 'node',
    isAction: true,
    async answer({ target, json, switches, login }: ViewRequest) {
      const body = jsonObject(await json());
      const { node } = target;
      const errors: FieldError[] = [];
      const change = readChange(body, target, login === owner, errors);
      if (errors.length > 0) throw fieldErrors(errors);
      const { title, description, typeSync, source } = change;
      const changesNode = title !== undefined || description !== undefined || source !== undefined;
      const fields = { ...node.fields, ...source?.fields };
      if (description !== undefined) fields['description'] = description;
      const status = switches.patchIgnoresStatus ? undefined : change.status;
      const before = isDatasource(target) ? target.datasource : undefined;
      const begins = status === 'pending' && before?.syncStatus === 'created';
      let problem: string | undefined;
      if (begins)
        problem = isConfigured({ ...node, fields }, before.origin)
          ? undefined
          : 'The Datasource is not configured yet';
      else if (status !== undefined) problem = changeStatus(deps, node.id, status, login);
      if (problem !== undefined) throw fieldErrors([{ field: 'sync_status', message: problem }]);
      database.transaction(() => {
        if (changesNode || typeSync !== undefined)
          trail.audit('edit', node, login, { title, description, type_sync: typeSync });
        if (typeSync !== undefined) datasources.update(node.id, { typeSync });
        if (source?.origin !== undefined) datasources.update(node.id, { origin: source.origin });
        if (!changesNode) return;
        nodes.edit(node.id, { ...(title === undefined ? {} : { title }), fields });
        if (title !== undefined) index.putNode({ ...node, title });
      });
      if (begins) {
        datasources.update(node.id, queued('pending', timestamps.next()), { login });
        engine.wake();
      }
      return empty(204);
    },
  };
}
