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
import type { Stores } from '../store/stores.ts';

const bodySchema = v.record(v.string(), v.unknown());

interface Change {
  title?: string;
  description?: string | null;
  typeSync?: SyncType;
  /** `pending` accepts an invitation. */
  status?: 'paused' | 'resuming' | 'pending';
}

/** Reads the requested change. Unknown keys are silently ignored, as in the framework. */
function readChange(body: Readonly<Record<string, unknown>>, target: Target, errors: FieldError[]): Change {
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
  const { database, nodes, datasources, index, trail } = deps;
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
      const change = readChange(body, target, errors);
      if (errors.length > 0) throw fieldErrors(errors);
      if (change.status !== undefined && !switches.patchIgnoresStatus) {
        const problem = changeStatus(deps, node.id, change.status, login);
        if (problem !== undefined) throw fieldErrors([{ field: 'sync_status', message: problem }]);
      }
      database.transaction(() => {
        const { title, description, typeSync } = change;
        if (title !== undefined || description !== undefined || typeSync !== undefined)
          trail.audit('edit', node, login, { title, description, type_sync: typeSync });
        if (change.typeSync !== undefined) datasources.update(node.id, { typeSync: change.typeSync });
        if (change.title === undefined && change.description === undefined) return;
        nodes.edit(node.id, {
          ...(change.title === undefined ? {} : { title: change.title }),
          ...(change.description === undefined
            ? {}
            : { fields: { ...node.fields, description: change.description } }),
        });
        if (change.title !== undefined) index.putNode({ ...node, title: change.title });
      });
      return empty(204);
    },
  };
}
