import { json } from '../http/answer.ts';
import { namesIn } from '../http/nameList.ts';
import { anyTarget, isAccount } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { Grants } from '../store/grants.ts';
import type { NodeStore } from '../store/nodes.ts';
import type { Serializer } from './serializer.ts';

/**
 * Filters the fields of a response: `include` keeps only the named fields and the header fields, `omit` drops the named
 * fields (docs/onna-api.md §4).
 */
function narrow(body: Record<string, unknown>, include: string[], omit: string[]): Record<string, unknown> {
  let entries = Object.entries(body);
  if (include.length > 0 && !include.includes('*')) {
    const header = new Set([
      'parent',
      'is_folderish',
      'creation_date',
      'modification_date',
      'items',
      'length',
    ]);
    entries = entries.flatMap(([name, value]): [string, unknown][] => {
      if (name.startsWith('@') || header.has(name) || include.includes(name)) return [[name, value]];
      const inside = include
        .filter((wanted) => wanted.startsWith(`${name}.`))
        .map((wanted) => wanted.slice(name.length + 1));
      if (inside.length === 0 || typeof value !== 'object' || value === null) return [];
      return [[name, Object.fromEntries(Object.entries(value).filter(([key]) => inside.includes(key)))]];
    });
  }
  return Object.fromEntries(entries.filter(([name]) => !omit.includes(name)));
}

/** GET and HEAD of any object (docs/onna-api.md §4). */
export function objectView(serializer: Serializer): ServiceView {
  return {
    name: '',
    methods: ['GET', 'HEAD'],
    permission: 'guillotina.ViewContent',
    appliesTo: anyTarget,
    answer(request: ViewRequest) {
      const { target, query, base } = request;
      const body =
        target.kind === 'resource'
          ? serializer.resource(target.node, target.resource, base)
          : serializer.node(target.node, request, query.get('fullobjects') === 'true');
      return json(
        narrow(body, query.getAll('include').flatMap(namesIn), query.getAll('omit').flatMap(namesIn)),
      );
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
