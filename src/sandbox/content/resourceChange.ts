import { fieldErrors } from '../http/refusals.ts';
import type { FieldError } from '../http/refusals.ts';
import type { Target } from '../http/view.ts';
import type { Stores } from '../store/stores.ts';
import { applyChanges, clearing, dublinCore, readDublinCore, storedDublinCore } from './dublinCore.ts';

/**
 * Changes the title and the Dublin Core fields of a Resource. The name of its file does not change.
 * @throws Refusal 412
 */
export function changeResource(
  {
    database,
    trail,
    nodes,
    resources,
    index,
  }: Pick<Stores, 'database' | 'trail' | 'nodes' | 'resources' | 'index'>,
  { node, resource }: Target & { kind: 'resource' },
  body: Readonly<Record<string, unknown>>,
  request: { readonly replaces: boolean; readonly login: string | undefined; readonly path: string },
): void {
  const { replaces, login, path } = request;
  const errors: FieldError[] = [];
  const before = storedDublinCore(resource.fields);
  const sent = readDublinCore(body, replaces ? {} : before, errors);
  if (errors.length > 0) throw fieldErrors(errors);
  const changes = replaces ? { ...clearing, ...sent } : sent;
  if (Object.keys(changes).length === 0) return;
  const { title, stored } = applyChanges(before, changes);
  database.transaction(() => {
    resources.edit(resource.id, title, { ...resource.fields, [dublinCore]: stored });
    const event = { login, nodeId: node.id, uid: resource.uid, path };
    trail.add({ ...event, log: 'audit', action: 'edit', detail: changes });
    nodes.touch(node.id);
    if (title !== undefined) index.retitle(resource.id, title);
  });
}
