import { randomBytes } from 'node:crypto';
import type { FoundResource } from './assistantDeps.ts';
import { ToolRefusal } from './toolText.ts';

/** Maximum number of Resources that are remembered. The oldest are forgotten first. */
const maxIssued = 2_000;

/**
 * The Resources that the searches of a session returned. Only these can be read, so a model can't be made to read an
 * object that the person did not search for.
 */
export class IssuedResources {
  readonly #issued = new Map<string, FoundResource>();
  readonly #handles = new Map<string, string>();

  /** @returns The handle of the Resource. A Resource that is still remembered keeps its handle. */
  issue(resource: FoundResource): string {
    const key = JSON.stringify([resource.connectionId, resource.path]);
    const known = this.#handles.get(key);
    if (known !== undefined && this.#issued.has(known)) return known;
    const handle = `hit-${randomBytes(6).toString('hex')}`;
    this.#issued.set(handle, resource);
    this.#handles.set(key, handle);
    const [oldest] = this.#issued;
    if (oldest && this.#issued.size > maxIssued) this.#forget(...oldest);
    return handle;
  }

  find(handle: string): FoundResource | undefined {
    return this.#issued.get(handle.trim().toLowerCase());
  }

  /** @throws ToolRefusal if no search of this session returned the Resource */
  get(handle: string): FoundResource {
    const resource = this.find(handle);
    if (resource) return resource;
    throw new ToolRefusal(
      'No search of this session returned this id. Call onna_search first, and pass an id that it returns.',
    );
  }

  /** Forgets the Resources of accounts that have signed out. */
  keepOnly(connectionIds: ReadonlySet<string>): void {
    for (const [handle, resource] of this.#issued)
      if (!connectionIds.has(resource.connectionId)) this.#forget(handle, resource);
  }

  #forget(handle: string, { connectionId, path }: FoundResource): void {
    this.#issued.delete(handle);
    this.#handles.delete(JSON.stringify([connectionId, path]));
  }
}
