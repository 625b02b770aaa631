import { json } from '../http/answer.ts';
import { headerFields } from './headerFields.ts';
import { anyTarget, isAccount } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { Grants } from '../store/grants.ts';
import type { NodeStore } from '../store/nodes.ts';
import type { Serializer } from './serializer.ts';

/** The names in a query parameter. Does not trim them. If the parameter occurs several times, reads only the first. */
function listed(query: URLSearchParams, name: string): readonly string[] {
  const value = query.get(name);
  return value === null || value === '' ? [] : value.split(',');
}

/**
 * Filters the fields of a response: `include` keeps only the named fields and the header fields, `omit` drops the named
 * fields. A name is a field, a behavior, or a field of a behavior: `Interface.field`. With `include=*`, the response
 * contains all fields (docs/onna-api.md §4 and §18).
 */
function narrow(body: Record<string, unknown>, query: URLSearchParams): Record<string, unknown> {
  const include = listed(query, 'include');
  const omit = listed(query, 'omit');
  if (include.includes('*')) return body;
  const isKept = (name: string): boolean =>
    !omit.includes(name) && (include.length === 0 || include.includes(name));
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]): [string, unknown][] => {
      if (headerFields.has(name)) return [[name, value]];
      const isBehavior = name.includes('.') && typeof value === 'object' && value !== null;
      if (!isBehavior) return isKept(name) ? [[name, value]] : [];
      if (omit.includes(name)) return [];
      const isWhole = include.includes(name);
      const fields = Object.entries(value).filter(
        ([field]) => !omit.includes(`${name}.${field}`) && (isWhole || isKept(`${name}.${field}`)),
      );
      return fields.length > 0 ? [[name, Object.fromEntries(fields)]] : [];
    }),
  );
}

/** GET and HEAD of any object (docs/onna-api.md §4). */
export function objectView(serializer: Serializer): ServiceView {
  return {
    name: '',
    methods: ['GET', 'HEAD'],
    permission: 'guillotina.ViewContent',
    takesFolders: true,
    appliesTo: anyTarget,
    answer(request: ViewRequest) {
      const { target, query, base } = request;
      const body =
        target.kind === 'resource'
          ? serializer.resource(target.node, target.resource, base)
          : target.folder
            ? serializer.folder(target.node, target.folder, base)
            : serializer.node(target.node, request, ['', 'true'].includes(query.get('fullobjects') ?? 'no'));
      return json(narrow(body, query));
    },
  };
}

/** GET `{account}/@workspaces`: the Workspaces that the user may see (docs/onna-api.md §2). */
export function workspacesView(nodes: NodeStore, grants: Grants, serializer: Serializer): ServiceView {
  return {
    name: '@workspaces',
    methods: ['GET'],
    permission: 'guillotina.AccessContent',
    appliesTo: isAccount,
    answer(request: ViewRequest) {
      const folder = nodes.byPath('/workspaces');
      const seen = (folder ? nodes.children(folder.id) : []).filter(({ path }) =>
        grants.allows(request.login, path, 'guillotina.AccessContent'),
      );
      return json(seen.map((node) => serializer.listed(node, request)));
    },
  };
}
