import type { Permission } from '../store/grants.ts';
import type { DatasourceState } from '../store/datasources.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { StoredResource } from '../store/resources.ts';
import type { Switches } from '../switches/switchBoard.ts';
import type { Answer } from './answer.ts';

/** The object at a path. For a Resource, `node` is its Datasource's node. */
export type Target =
  | { readonly kind: 'node'; readonly node: StoredNode; readonly datasource: DatasourceState | undefined }
  | {
      readonly kind: 'resource';
      readonly node: StoredNode;
      readonly datasource: DatasourceState;
      readonly resource: StoredResource;
    };

/** A request to a service of an object. */
export interface ViewRequest {
  readonly method: string;
  readonly target: Target;
  /** The target's path below the account. */
  readonly path: string;
  /** The decoded segments after the service's name. */
  readonly tail: readonly string[];
  readonly query: URLSearchParams;
  /** Undefined for an anonymous caller. */
  readonly login: string | undefined;
  /** Prefix of every `@id`: `http://host/api/container/account`. */
  readonly base: string;
  /** The switches in effect for this request. */
  readonly switches: Switches;
  readonly header: (name: string) => string | undefined;
  /** @throws Refusal 412, 413 */
  readonly json: () => Promise<unknown>;
  /** The body as it arrives, without a size limit. Read either this or `json`, once. */
  readonly stream: () => AsyncIterable<Uint8Array>;
}

/** One `@service`, or, with the name `''`, the object itself. */
export interface ServiceView {
  readonly name: string;
  readonly methods: readonly string[];
  /** Undefined: open to anonymous callers. */
  readonly permission: Permission | undefined;
  /** Whether more segments may follow the name, e.g. `@download/file`. */
  readonly takesTail?: boolean;
  /** Whether this object has the service. If not, the answer is 404. */
  appliesTo(target: Target): boolean;
  /** Whether it changes something. The switch `emptyActionBodies` affects only these services. */
  readonly isAction?: boolean;
  answer(request: ViewRequest): Answer | Promise<Answer>;
}

/** Whether the target can have Resources below it. */
export function isDatasource(
  target: Target,
): target is Target & { datasource: DatasourceState; kind: 'node' } {
  return target.kind === 'node' && target.datasource !== undefined;
}

/** Whether the target is the account itself. */
export function isAccount(target: Target): boolean {
  return target.kind === 'node' && target.node.path === '';
}

/** For services that every object has. */
export function anyTarget(): boolean {
  return true;
}
