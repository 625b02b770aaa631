import type { Permission } from '../store/grants.ts';
import type { DatasourceState } from '../store/datasources.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { UploadFolder } from '../store/uploadFolders.ts';
import type { StoredResource } from '../store/storedResource.ts';
import type { Switches } from '../switches/switchBoard.ts';
import type { Answer } from './answer.ts';

/** The object at a path. For a Resource, `node` is its Datasource's node. */
export type Target =
  | {
      readonly kind: 'node';
      readonly node: StoredNode;
      readonly datasource: DatasourceState | undefined;
      /** Set if the target is a folder inside the Datasource. Only views with `takesFolders` get such a target. */
      readonly folder?: UploadFolder;
    }
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
  /** The decoded path segments after the service's name. */
  readonly tail: readonly string[];
  readonly query: URLSearchParams;
  /** Undefined for an anonymous caller. */
  readonly login: string | undefined;
  /** Prefix of every `@id`: `http://host/api/container/account`. */
  readonly base: string;
  /** The switches in effect for this request. */
  readonly switches: Switches;
  readonly header: (name: string) => string | undefined;
  /** @throws Refusal 412 if the body is not JSON, 413 if it is too large */
  readonly json: () => Promise<unknown>;
  /** The body as a stream, without a size limit. Read either `stream` or `json`, and only once. */
  readonly stream: () => AsyncIterable<Uint8Array>;
}

/** One `@service` of an object. The name `''` stands for requests to the object itself. */
export interface ServiceView {
  readonly name: string;
  readonly methods: readonly string[];
  /** If undefined, anonymous callers may use the service. */
  readonly permission: Permission | undefined;
  /** Whether more path segments may follow the service's name, as in `@download/file`. */
  readonly takesTail?: boolean;
  /** Whether folders inside Datasources have this service. */
  readonly takesFolders?: boolean;
  /** Whether the target has this service. If not, the answer is 404. */
  appliesTo(target: Target): boolean;
  /**
   * Whether the service changes data. The switch `emptyActionBodies` affects only services that change data.
   */
  readonly isAction?: boolean;
  answer(request: ViewRequest): Answer | Promise<Answer>;
}

/** Whether the target is a Datasource itself, not one of its Resources. */
export function isDatasource(
  target: Target,
): target is Target & { datasource: DatasourceState; kind: 'node' } {
  return target.kind === 'node' && target.datasource !== undefined;
}

/** `@type` of the object. */
export function typeOf(target: Target): string {
  if (target.kind === 'resource') return 'Resource';
  return target.folder ? 'Folder' : target.node.type;
}

/** Whether the target is the account itself. */
export function isAccount(target: Target): boolean {
  return target.kind === 'node' && target.node.path === '';
}

/** `appliesTo` of services that every object has. */
export function anyTarget(): boolean {
  return true;
}
