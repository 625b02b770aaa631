import type { Permission } from '../store/grants.ts';
import type { DatasourceState } from '../store/datasources.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { StoredResource } from '../store/resources.ts';
import type { Switches } from '../switches/switchBoard.ts';
import type { Answer } from './answer.ts';

/** What a path leads to. `node` of a Resource is its Datasource's. */
export type Target =
  | { readonly kind: 'node'; readonly node: StoredNode; readonly datasource: DatasourceState | undefined }
  | {
      readonly kind: 'resource';
      readonly node: StoredNode;
      readonly datasource: DatasourceState;
      readonly resource: StoredResource;
    };

/** A request that arrived at a service of an object. */
export interface ViewRequest {
  readonly method: string;
  readonly target: Target;
  /** The target's path below the account. */
  readonly path: string;
  /** The segments after the service's name, decoded. */
  readonly tail: readonly string[];
  readonly query: URLSearchParams;
  /** Undefined: nobody. */
  readonly login: string | undefined;
  /** What `@id`s begin with: `http://host/api/container/account`. */
  readonly base: string;
  /** Those that hold for this request. */
  readonly switches: Switches;
  readonly header: (name: string) => string | undefined;
  /** @throws Refusal 412, 413 */
  readonly json: () => Promise<unknown>;
  /** The body as it arrives, without a limit. Read this or `json`, once. */
  readonly stream: () => AsyncIterable<Uint8Array>;
}

/** One `@service`, or (with the name `''`) the object itself. */
export interface ServiceView {
  readonly name: string;
  readonly methods: readonly string[];
  /** Undefined: open to everybody. */
  readonly permission: Permission | undefined;
  /** Whether more segments may follow the name, e.g. `@download/file`. */
  readonly takesTail?: boolean;
  /** Whether it is there on this object; when not, the answer is 404. */
  appliesTo(target: Target): boolean;
  /** Whether it changes something: then the switch for empty bodies counts. */
  readonly isAction?: boolean;
  answer(request: ViewRequest): Answer | Promise<Answer>;
}

/** Objects that have Resources below them. */
export function isDatasource(
  target: Target,
): target is Target & { datasource: DatasourceState; kind: 'node' } {
  return target.kind === 'node' && target.datasource !== undefined;
}

/** The account itself. */
export function isAccount(target: Target): boolean {
  return target.kind === 'node' && target.node.path === '';
}

/** Every object. */
export function anyTarget(): boolean {
  return true;
}
