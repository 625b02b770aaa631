import { nodeUrl, type AccountAddress, type NodePath } from './address.ts';
import { decoded, type Call, type Caller } from './caller.ts';
import { isOnnaError } from './errors.ts';
import { decodeGroups, decodeSharing, decodeUsers, type Principal, type Sharing } from './wire/sharing.ts';

/** Maximum users that a search suggests. */
const maxUsers = 20;

/** One change of a role. `Unset` removes the role. */
export interface RoleChange {
  readonly principal: string;
  /** The service's name, such as `guillotina.Editor`. */
  readonly role: string;
  readonly setting: 'Allow' | 'Unset';
}

/**
 * Reads and changes the roles at a node, and finds the users and groups that can get a role (docs/onna-api.md §4).
 * Methods throw only OnnaError.
 */
export class SharingClient {
  readonly #address: AccountAddress;
  readonly #caller: Caller;

  constructor(address: AccountAddress, caller: Caller) {
    this.#address = address;
    this.#caller = caller;
  }

  /** GET `@sharing`: the roles at a node, and the inherited ones. */
  async read(path: NodePath, signal?: AbortSignal): Promise<Sharing> {
    const json = await this.#caller.readJson(
      { method: 'GET', url: this.#url(path, '@sharing'), signal },
      'access list',
    );
    return decoded(decodeSharing(this.#address, json), 'access list');
  }

  /** POST `@sharing`, which merges the changes with the roles that exist. PUT would remove all others. Sent once. */
  async change(path: NodePath, changes: readonly RoleChange[], signal?: AbortSignal): Promise<void> {
    const url = this.#url(path, '@sharing');
    await this.#caller.act({ method: 'POST', url, body: { prinrole: changes }, signal });
  }

  /** Uses `@findUsers`, or `@getUsers` if the service lacks `@findUsers`. Needs a permission that many users lack. */
  async findUsers(term: string, signal?: AbortSignal): Promise<readonly Principal[]> {
    try {
      const url = this.#url('', '@findUsers');
      url.searchParams.set('term', term);
      url.searchParams.set('size', String(maxUsers));
      return decoded(
        decodeUsers(await this.#caller.readJson({ method: 'GET', url, signal }, 'users')),
        'users',
      );
    } catch (error) {
      if (!isOnnaError(error, 'notFound', 'decode')) throw error;
      return this.#allUsers(signal);
    }
  }

  /** `@groups`: the groups of people. */
  async groups(signal?: AbortSignal): Promise<readonly Principal[]> {
    const url = this.#url('', '@groups');
    url.searchParams.set('groupType', 'PEOPLE_GROUP');
    return decoded(
      decodeGroups(await this.#caller.readJson({ method: 'GET', url, signal }, 'groups')),
      'groups',
    );
  }

  /**
   * Requests all users. The POST has no side effects, so it may be retried. The service accepts any object as its body.
   */
  async #allUsers(signal: AbortSignal | undefined): Promise<readonly Principal[]> {
    const call: Call = { method: 'POST', url: this.#url('', '@getUsers'), body: {}, signal };
    return decoded(decodeUsers(await this.#caller.readJson(call, 'users')), 'users');
  }

  #url(path: NodePath, service: string): URL {
    return nodeUrl(this.#address, path, service);
  }
}
