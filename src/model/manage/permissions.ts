import type { Clock } from '../../base/clock.ts';
import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import type { PermissionName } from '../../onna/contentClient.ts';
import { isOnnaError } from '../../onna/errors.ts';
import { AnswerCache } from './answerCache.ts';

/**
 * Lifetime of a cached answer, in ms. The service itself caches permissions for one or two minutes (docs/onna-api.md
 * §9).
 */
const lifetimeMs = 2 * 60_000;

/** All permissions that commands depend on. One request reads them all. */
const names: readonly PermissionName[] = [
  'guillotina.AddContent',
  'guillotina.ModifyContent',
  'guillotina.DeleteContent',
  'guillotina.MoveContent',
  'guillotina.SeePermissions',
  'guillotina.ChangePermissions',
  'onna.SendToSpyder',
];

type Granted = ReadonlyMap<PermissionName, boolean>;

/** The permissions of the signed-in user on a node, from `@canido`. */
export class UserPermissions {
  readonly #client: (connectionId: string) => Promise<OnnaClient>;
  readonly #answers: AnswerCache<Granted>;

  constructor(client: (connectionId: string) => Promise<OnnaClient>, clock: Clock) {
    this.#client = client;
    this.#answers = new AnswerCache(clock, lifetimeMs);
  }

  /**
   * Whether the user has a permission on the node.
   * @returns Undefined if the service does not report the permission. The command is then offered, because the service
   * decides anyway.
   * @throws OnnaError if the request fails
   */
  async has(connectionId: string, path: NodePath, name: PermissionName): Promise<boolean | undefined> {
    const granted = await this.#answers.get(connectionId, path, () => this.#read(connectionId, path));
    return granted.get(name);
  }

  /** Drops the cached permissions of a connection. */
  forget(connectionId: string): void {
    this.#answers.forget(connectionId);
  }

  async #read(connectionId: string, path: NodePath): Promise<Granted> {
    const { content } = await this.#client(connectionId);
    try {
      return await content.permissions(path, names);
    } catch (error) {
      // The service has no `@canido`, or accepts only one permission per request.
      if (isOnnaError(error, 'notFound', 'invalid', 'decode')) return new Map();
      throw error;
    }
  }
}
