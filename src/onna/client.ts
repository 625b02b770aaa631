import { setImmediate } from 'node:timers/promises';
import { nodePath, nodeUrl } from './address.ts';
import type { AccountAddress, NodePath } from './address.ts';
import { decoded, jsonOf, refuseWebPage } from './caller.ts';
import type { Call, Caller } from './caller.ts';
import type { ServerPause } from './serverPause.ts';
import { OnnaError } from './errors.ts';
import type { TransportResponse } from './transport/transport.ts';
import { ChildrenRequester } from './childrenRequester.ts';
import type { RequestedPage } from './childrenRequester.ts';
import type { ChildrenPage } from './wire/children.ts';
import { decodeListing, decodeSize } from './wire/listing.ts';
import type { DatasourceSize, ListingPage } from './wire/listing.ts';
import { decodeNode } from './wire/node.ts';
import type { WireNode } from './wire/node.ts';
import { isDeeperThan } from './wire/depth.ts';
import { decodeResource } from './wire/resource.ts';
import type { ResourceDetails } from './wire/resource.ts';
import { decodeSearchResults } from './wire/search.ts';
import type { FrontsearchRequest, SearchResults } from './wire/search.ts';

/** Which values of `sync_status` a client may write (docs/onna-api.md §11: inferred; verified by reading back). */
export type WritableStatus = 'paused' | 'resuming';

/** Levels of a document: laid out, deeper ones would be more indentation than text, and at last overflow the stack. */
const deepestShown = 200;

/** Actions are slow (docs/onna-api.md §14.20). */
const actionTimeoutMs = 60_000;

/** One method an endpoint, for one account. Every method throws OnnaError only. */
export class OnnaClient {
  readonly address: AccountAddress;
  readonly #caller: Caller;
  readonly #children: ChildrenRequester;
  #inBackground: OnnaClient | undefined;

  constructor(address: AccountAddress, caller: Caller) {
    this.address = address;
    this.#caller = caller;
    this.#children = new ChildrenRequester(address, caller);
  }

  /** How long the server asked to be left alone. */
  get pause(): ServerPause {
    return this.#caller.pause;
  }

  /**
   * The same account for requests that the user has not asked for. They fail with `rateLimited`, without being sent,
   * until the {@link pause} is over.
   */
  get inBackground(): OnnaClient {
    return (this.#inBackground ??= new OnnaClient(this.address, this.#caller.inBackground()));
  }

  /** One page of `@data` (docs/onna-api.md §3): Datasources and Workspaces, all of them or what changed `since`. */
  async data(query: {
    since?: string;
    cursor?: string;
    signal?: AbortSignal;
    retry?: boolean;
  }): Promise<ListingPage> {
    const url = nodeUrl(this.address, '', '@data');
    url.searchParams.set('types', '_datasources_,Workspace');
    if (query.since !== undefined) url.searchParams.set('since', query.since);
    if (query.cursor !== undefined) url.searchParams.set('cursor', query.cursor);
    const json = await this.#read(url, 'list of Datasources', query.signal, query.retry);
    // A page of a thousand takes long to read: what waits meanwhile comes in between.
    await setImmediate();
    return decoded(decodeListing(this.address, json), 'list of Datasources');
  }

  /** A node's own JSON, as the service sends it, laid out to be read. */
  async nodeText(path: NodePath, signal?: AbortSignal): Promise<string> {
    const json = await this.#nodeJson(path, signal);
    if (isDeeperThan(json, deepestShown))
      throw new OnnaError({
        kind: 'decode',
        what: 'node',
        problem: `it is nested more than ${deepestShown} deep`,
        form: 'tooDeep',
      });
    return `${JSON.stringify(json, null, 2)}\n`;
  }

  /** A Datasource, read by itself. */
  async node(path: NodePath, signal?: AbortSignal): Promise<WireNode> {
    return decoded(decodeNode(this.address, await this.#nodeJson(path, signal)), 'node');
  }

  /** A Resource's own account of itself. */
  async resource(path: NodePath, signal?: AbortSignal): Promise<ResourceDetails> {
    return decoded(decodeResource(await this.#nodeJson(path, signal)), 'node');
  }

  /** A page of a node's Resources; `cursor` of the page before, or undefined for the first (docs/onna-api.md §5). */
  children(
    path: NodePath,
    pageSize: number,
    cursor: string | undefined,
    signal?: AbortSignal,
  ): Promise<RequestedPage> {
    return this.#children.request(path, pageSize, cursor, signal);
  }

  /** The first page of {@link children}, with titles; undefined when they can't be had. */
  titledChildren(path: NodePath, pageSize: number, signal?: AbortSignal): Promise<RequestedPage | undefined> {
    return this.#children.requestTitled(path, pageSize, signal);
  }

  /** {@link children} in every other manner that the service may read it in, until a page is what `isWanted`. */
  childrenInOtherStyles(
    path: NodePath,
    pageSize: number,
    cursor: string | undefined,
    isWanted: (page: ChildrenPage) => boolean,
    signal?: AbortSignal,
  ): Promise<RequestedPage | undefined> {
    return this.#children.requestInOtherStyles(path, pageSize, cursor, isWanted, signal);
  }

  /** `@size`: bytes processed and documents (docs/onna-api.md §5). */
  async size(path: NodePath, signal?: AbortSignal): Promise<DatasourceSize> {
    const json = await this.#read(nodeUrl(this.address, path, '@size'), 'size', signal);
    return decoded(decodeSize(json), 'size');
  }

  /** `@sendToSpyder?force=true`: collects now. A GET with side effects, so never retried. */
  async sendToSpyder(path: NodePath, signal?: AbortSignal): Promise<void> {
    const url = nodeUrl(this.address, path, '@sendToSpyder');
    url.searchParams.set('force', 'true');
    await this.#act({ method: 'GET', url, signal });
  }

  /** `@sendToCompute` of one Resource: into the processing pipeline. */
  async sendToCompute(path: NodePath, signal?: AbortSignal): Promise<void> {
    await this.#act({ method: 'GET', url: nodeUrl(this.address, path, '@sendToCompute'), signal });
  }

  /** `@sendUnprocessedToCompute`: all Resources of a Datasource that were not processed. */
  async sendUnprocessedToCompute(path: NodePath, signal?: AbortSignal): Promise<void> {
    await this.#act({
      method: 'POST',
      url: nodeUrl(this.address, path, '@sendUnprocessedToCompute'),
      body: {},
      signal,
    });
  }

  /** `@refreshServiceCredentials`: the secret and the caller's own token go in the body (docs/onna-api.md §5 and §17). */
  async refreshServiceCredentials(path: NodePath, secret: string, signal?: AbortSignal): Promise<void> {
    await this.#act({
      method: 'POST',
      url: nodeUrl(this.address, path, '@refreshServiceCredentials'),
      bodyWith: (token) => ({ 'X-Auth-Secret': secret, Authorization: `Bearer ${token}` }),
      signal,
    });
  }

  /** PATCH of `sync_status`; the service may ignore it without a word, so the caller reads the node again. */
  async writeStatus(path: NodePath, status: WritableStatus, signal?: AbortSignal): Promise<void> {
    await this.#act({
      method: 'PATCH',
      url: nodeUrl(this.address, path),
      body: { sync_status: status },
      signal,
    });
  }

  /** The answer to POST `@frontsearch` in the context of `path` (`''`: the account), undecoded. */
  async frontsearch(path: NodePath, request: unknown, signal?: AbortSignal): Promise<unknown> {
    const url = nodeUrl(this.address, path, '@frontsearch');
    // A POST that only reads.
    const answer = await this.#caller.call({ method: 'POST', url, body: request, signal, retry: true });
    return jsonOf(answer, 'search results');
  }

  /** The hits of {@link frontsearch}. */
  async search(path: NodePath, request: FrontsearchRequest, signal?: AbortSignal): Promise<SearchResults> {
    const answer = decodeSearchResults(await this.frontsearch(path, request, signal));
    if (!answer.ok) throw new OnnaError({ kind: 'decode', what: 'search results', problem: answer.problem });
    // Hits of which none can be used are not “nothing found”.
    if (answer.results.hits.length === 0 && answer.results.dropped > 0)
      throw new OnnaError({ kind: 'decode', what: 'search results', problem: 'no hit has an address' });
    const hits = answer.results.hits.map((hit) => ({
      ...hit,
      path: hit.path === undefined ? undefined : (nodePath(this.address, hit.path) ?? hit.path),
    }));
    return { ...answer.results, hits };
  }

  /** A file field of a Resource (`file`, or `extracted_text`), unread. */
  async download(path: NodePath, field: string, signal?: AbortSignal): Promise<TransportResponse> {
    return this.#caller.open({
      method: 'GET',
      url: nodeUrl(this.address, path, `@download/${field}`),
      // As it is: what a file is made of rarely gets smaller, and then its size is known.
      headers: { accept: '*/*', 'accept-encoding': 'identity' },
      signal,
    });
  }

  async #nodeJson(path: NodePath, signal: AbortSignal | undefined): Promise<unknown> {
    return this.#read(nodeUrl(this.address, path), 'node', signal);
  }

  async #read(url: URL, what: string, signal: AbortSignal | undefined, retry = true): Promise<unknown> {
    return jsonOf(await this.#caller.call({ method: 'GET', url, signal, retry }), what);
  }

  /** What an action answers is not described: any 2xx is a yes (docs/onna-api.md §14.12), unless it is somebody else's. */
  async #act(call: Call): Promise<void> {
    const answer = await this.#caller.call({ ...call, answerTimeoutMs: actionTimeoutMs });
    refuseWebPage(answer, 'answer to an action');
  }
}
