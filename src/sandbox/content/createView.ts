import type { Answer } from '../http/answer.ts';
import { json } from '../http/answer.ts';
import { contentObject } from '../http/jsonObject.ts';
import {
  conflictId,
  fieldErrors,
  invalidId,
  notAllowed,
  requiredParameter,
  unknownType,
} from '../http/refusals.ts';
import type { FieldError } from '../http/refusals.ts';
import { anyTarget } from '../http/view.ts';
import type { ServiceView, Target, ViewRequest } from '../http/view.ts';
import { datasourceType, datasourceTypes, isFolderType } from '../base/datasourceTypes.ts';
import { slug } from '../store/address.ts';
import { NameTaken } from '../store/nodes.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { Timestamps } from '../store/timestamps.ts';
import type { UploadFolder, UploadFolders } from '../store/uploadFolders.ts';
import type { SyncEngine } from '../sync/engine.ts';
import { readDatasourceFields } from './newDatasourceFields.ts';
import { idProblem } from './objectId.ts';
import { applyChanges, dublinCore, readDublinCore } from './dublinCore.ts';
import type { DublinCoreValues } from './dublinCore.ts';
import type { Serializer } from './serializer.ts';
import type { Tree } from './tree.ts';

interface Common {
  readonly type: string;
  readonly id: string | undefined;
  /** Empty if the title is null. */
  readonly title: string;
  readonly stored: DublinCoreValues;
}

/** All types except those of Datasources. */
const otherTypes = ['Container', 'Folder', 'Workspace', 'User', 'Wallet', 'WalletEntry', 'Resource'];

/** Every `@type` of an object. */
export const contentTypes: readonly string[] = [...otherTypes, ...datasourceTypes];

/** Whether Python treats a value as false. The framework then treats the id or `@type` as missing. */
function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value;
}

function readCommon(body: Readonly<Record<string, unknown>>, errors: FieldError[]): Common {
  const type = body['@type'];
  if (isEmpty(type)) throw requiredParameter('@type');
  const id = isEmpty(body['id']) ? undefined : body['id'];
  if (id !== undefined) {
    const problem = typeof id === 'string' ? idProblem(id) : 'An id must be a string';
    if (problem !== undefined) throw invalidId(problem);
  }
  if (typeof type !== 'string' || (!otherTypes.includes(type) && datasourceType(type) !== type))
    throw unknownType(String(type));
  // As in the framework, an object without a title has the title null (docs/onna-api.md §18).
  const { title = '', stored } = applyChanges({}, { title: null, ...readDublinCore(body, {}, errors) });
  return { type, id: typeof id === 'string' ? id : undefined, title, stored };
}

/**
 * POST to `workspaces` creates a Workspace. POST to a Workspace or a User creates a Datasource
 * (docs/onna-api.md §4). POST to a folder Datasource, or to a Folder in it, creates a Folder.
 */
export function createView(deps: {
  readonly tree: Tree;
  readonly engine: SyncEngine;
  readonly serializer: Serializer;
  readonly timestamps: Timestamps;
  readonly uploadFolders: UploadFolders;
  /** Login of the user that the sandbox was started with. */
  readonly owner: string;
}): ServiceView {
  const { tree, engine, serializer, timestamps, uploadFolders, owner } = deps;

  function make(parent: StoredNode, login: string, body: Readonly<Record<string, unknown>>): StoredNode {
    const errors: FieldError[] = [];
    const { type, id, title, stored } = readCommon(body, errors);
    if (parent.path === '/workspaces' && type === 'Workspace') {
      if (errors.length > 0) throw fieldErrors(errors);
      return tree.addWorkspace(title, id, login, stored);
    }
    const takesDatasources = parent.type === 'Workspace' || parent.type === 'User';
    if (!takesDatasources || otherTypes.includes(type))
      throw notAllowed(`Type '${type}' is not allowed in ${parent.type} ${parent.path}`);
    const { sync, status, origin, fields } = readDatasourceFields(body, type, login === owner, errors);
    if (errors.length > 0) throw fieldErrors(errors);
    const node = tree.addDatasource(parent.path, {
      ...{ title, id, type, sync, origin, paceMs: 0, owner: login },
      fields: { ...fields, [dublinCore]: stored },
      state: { syncStatus: status, ...(status === 'pending' ? { queuedAt: timestamps.next() } : {}) },
    });
    engine.wake();
    return node;
  }

  function makeFolder(
    target: Target & { kind: 'node' },
    body: Readonly<Record<string, unknown>>,
  ): UploadFolder {
    const { node, folder } = target;
    const errors: FieldError[] = [];
    const { type, id, title: sent } = readCommon(body, errors);
    // A folder needs a title: the titles are the path that its files show.
    const title = sent === '' ? (id ?? type) : sent;
    if (type !== 'Folder' || !isFolderType(node.type))
      throw notAllowed(`Type '${type}' is not allowed in ${node.type} ${node.path}`);
    if (errors.length > 0) throw fieldErrors(errors);
    const name = id ?? slug(title);
    const made = uploadFolders.add(node.id, folder, { id: name, title });
    if (!made) throw conflictId(name);
    return made;
  }

  return {
    name: '',
    methods: ['POST'],
    permission: 'guillotina.AddContent',
    takesFolders: true,
    appliesTo: anyTarget,
    isAction: true,
    async answer(request: ViewRequest): Promise<Answer> {
      const { target, json: readBody, login = '' } = request;
      const body = contentObject(await readBody());
      if (target.kind === 'resource') {
        const { type } = readCommon(body, []);
        throw notAllowed(`Type '${type}' is not allowed in Resource ${request.path}`);
      }
      if (target.datasource) {
        const made = serializer.folder(target.node, makeFolder(target, body), request.base);
        return { ...json(made, 201), headers: { location: String(made['@id']) } };
      }
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
