import type { Answer } from '../http/answer.ts';
import { json } from '../http/answer.ts';
import { jsonObject } from '../http/jsonObject.ts';
import { conflictId, fieldErrors, invalidId, notAllowed, requiredParameter } from '../http/refusals.ts';
import type { FieldError } from '../http/refusals.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import { datasourceType } from '../base/datasourceTypes.ts';
import { NameTaken } from '../store/nodes.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { Timestamps } from '../store/timestamps.ts';
import type { SyncEngine } from '../sync/engine.ts';
import { readDatasourceFields } from './newDatasourceFields.ts';
import { idProblem } from './objectId.ts';
import { dublinCore } from './serializer.ts';
import type { Serializer } from './serializer.ts';
import type { Tree } from './tree.ts';

interface Common {
  readonly type: string;
  readonly id: string | undefined;
  readonly title: string;
  readonly description: string | null;
}

function readCommon(body: Readonly<Record<string, unknown>>, errors: FieldError[]): Common {
  const type = body['@type'];
  if (type === undefined) throw requiredParameter('@type');
  if (typeof type !== 'string') throw notAllowed('@type must be a string');
  const { id, title } = body;
  if (id !== undefined) {
    const problem = typeof id === 'string' ? idProblem(id) : 'An id must be a string';
    if (problem !== undefined) throw invalidId(problem);
  }
  if (title !== undefined && typeof title !== 'string')
    errors.push({ field: 'title', message: 'Not a string' });
  const behavior = body[dublinCore];
  const description =
    typeof behavior === 'object' && behavior !== null && 'description' in behavior
      ? behavior.description
      : null;
  if (description !== null && typeof description !== 'string')
    errors.push({ field: `${dublinCore}.description`, message: 'Not a string' });
  return {
    type,
    id: typeof id === 'string' ? id : undefined,
    title: typeof title === 'string' ? title : typeof id === 'string' ? id : type,
    description: typeof description === 'string' ? description : null,
  };
}

/**
 * POST to a folder creates a Workspace below `workspaces`, or a Datasource below a Workspace or a User
 * (docs/onna-api.md §4).
 */
export function createView(deps: {
  readonly tree: Tree;
  readonly engine: SyncEngine;
  readonly serializer: Serializer;
  readonly timestamps: Timestamps;
  /** Login of the user that the sandbox was started with. */
  readonly owner: string;
}): ServiceView {
  const { tree, engine, serializer, timestamps, owner } = deps;

  function make(parent: StoredNode, login: string, body: Readonly<Record<string, unknown>>): StoredNode {
    const errors: FieldError[] = [];
    const { type, id, title, description } = readCommon(body, errors);
    if (parent.path === '/workspaces' && type === 'Workspace') {
      if (errors.length > 0) throw fieldErrors(errors);
      return tree.addWorkspace(title, id, login, description);
    }
    const takesDatasources = parent.type === 'Workspace' || parent.type === 'User';
    // `datasourceType` also accepts the command line's short names; the service accepts exact names only.
    if (!takesDatasources || datasourceType(type) !== type)
      throw notAllowed(`Type '${type}' is not allowed in ${parent.type} ${parent.path}`);
    const { sync, status, origin, fields } = readDatasourceFields(body, type, login === owner, errors);
    if (errors.length > 0) throw fieldErrors(errors);
    const node = tree.addDatasource(parent.path, {
      ...{ title, id, type, sync, origin, paceMs: 0, owner: login },
      fields: { description, data_types: ['resources'], ...fields },
      state: { syncStatus: status, ...(status === 'pending' ? { queuedAt: timestamps.next() } : {}) },
    });
    engine.wake();
    return node;
  }

  return {
    name: '',
    methods: ['POST'],
    permission: 'guillotina.AddContent',
    appliesTo: ({ kind, datasource }) => kind === 'node' && datasource === undefined,
    isAction: true,
    async answer(request: ViewRequest): Promise<Answer> {
      const { target, json: readBody, login = '' } = request;
      const body = jsonObject(await readBody());
      try {
        const made = serializer.listed(make(target.node, login, body), request);
        return { ...json(made, 201), headers: { location: String(made['@id']) } };
      } catch (error) {
        if (error instanceof NameTaken) throw conflictId(error.message);
        throw error;
      }
    },
  };
}
