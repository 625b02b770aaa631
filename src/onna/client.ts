import { setImmediate } from 'node:timers/promises';
import { nodePath, nodeUrl, pathBelow, type AccountAddress, type NodePath } from './address.ts';
import { decoded, type Caller } from './caller.ts';
import type { ServerPause } from './serverPause.ts';
import { whoAmI } from './signIn.ts';
import { ContentClient } from './contentClient.ts';
import { CredentialsClient } from './credentialsClient.ts';
import { UploadClient } from './uploadClient.ts';
import { SharingClient } from './sharingClient.ts';
import { OnnaError } from './errors.ts';
import type { TransportResponse } from './transport/transport.ts';
import { ChildrenRequester, type RequestedPage } from './childrenRequester.ts';
import type { ChildrenPage } from './wire/children.ts';
import { decodeListing, decodeSize, type DatasourceSize, type ListingPage } from './wire/listing.ts';
import { decodeNode, type WireNode } from './wire/node.ts';
import { isDeeperThan } from './wire/depth.ts';
import { decodeLogPage, type LogName, type LogPage } from './wire/logs.ts';
import { decodeTexts } from './wire/queryHelp.ts';
import { decodeResource, type ResourceDetails } from './wire/resource.ts';
import { decodeSearchResults, type FrontsearchRequest, type SearchResults } from './wire/search.ts';

/**
 * The values of `sync_status` that a client may write. They are inferred (docs/onna-api.md §11), so the client reads
 * the status again after writing.
 */
export type WritableStatus = 'paused' | 'resuming';

/** Maximum nesting of a formatted document. Deeper JSON is mostly indentation, and may overflow the stack. */
const maxDisplayDepth = 200;

/** The endpoints of a Datasource's logs. Onna's "spyders" collect files, its "beats" process them. */
const logServices: Readonly<Record<LogName, string>> = {
  collection: '@getAuditLogSpyder',
  processing: '@getAuditLogBeats',
  audit: '@getAuditLogDS',
};

/** Selects entries of a log. */
export interface LogQuery {
  /** The earliest time, inclusive, in ms since 1970. */
  readonly from?: number | undefined;
  /** The latest time, exclusive, in ms since 1970. */
  readonly to?: number | undefined;
  readonly limit?: number | undefined;
  /** The cursor of the previous page; undefined for the newest entries. */
  readonly cursor?: string | undefined;
}

/** The client for one account, with one method per endpoint. Methods throw only OnnaError. */
export class OnnaClient {
  readonly address: AccountAddress;
  /** Creates, changes, moves and deletes objects. */
  readonly content: ContentClient;
  /** Reads and changes the access to nodes. */
  readonly sharing: SharingClient;
  /** Reads and renews stored credentials. */
  readonly credentials: CredentialsClient;
  /** Uploads files. */
  readonly uploads: UploadClient;
  readonly #caller: Caller;
  readonly #children: ChildrenRequester;
  #inBackground: OnnaClient | undefined;

  constructor(address: AccountAddress, caller: Caller) {
    this.address = address;
    this.#caller = caller;
    this.#children = new ChildrenRequester(address, caller);
    this.content = new ContentClient(address, caller);
    this.sharing = new SharingClient(address, caller);
    this.credentials = new CredentialsClient(address, caller);
    this.uploads = new UploadClient(address, caller);
  }

  /** The pause that the server requested with `Retry-After`. */
  get pause(): ServerPause {
    return this.#caller.pause;
  }

  /**
   * A client of the same account for background requests. During a {@link pause}, these requests are not sent and fail
   * with `rateLimited`.
   */
  get inBackground(): OnnaClient {
    return (this.#inBackground ??= new OnnaClient(this.address, this.#caller.inBackground()));
  }

  /** The user who owns the account's token. Undefined if the service does not report it. @throws OnnaError */
  signedInUser(signal?: AbortSignal): Promise<string | undefined> {
    return whoAmI(this.#caller, this.address, signal);
  }

  /** One page of `@data` (docs/onna-api.md §3): Datasources and Workspaces, all or only those changed `since`. */
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
    // Decoding a page of a thousand items takes a while, so let pending events run first.
    await setImmediate();
    return decoded(decodeListing(this.address, json), 'list of Datasources');
  }

  /** A node's JSON as the service sends it, formatted for display. */
  async nodeText(path: NodePath, signal?: AbortSignal): Promise<string> {
    const json = await this.#nodeJson(path, signal);
    if (isDeeperThan(json, maxDisplayDepth))
      throw new OnnaError({
        kind: 'decode',
        what: 'node',
        problem: `it is nested more than ${maxDisplayDepth} levels deep`,
        form: 'tooDeep',
      });
    return `${JSON.stringify(json, null, 2)}\n`;
  }

  /** Reads a single node. */
  async node(path: NodePath, signal?: AbortSignal): Promise<WireNode> {
    return decoded(decodeNode(this.address, await this.#nodeJson(path, signal)), 'node');
  }

  /** Reads the details of one Resource. */
  async resource(path: NodePath, signal?: AbortSignal): Promise<ResourceDetails> {
    return decoded(decodeResource(await this.#nodeJson(path, signal)), 'node');
  }

  /**
   * A page of a node's Resources (docs/onna-api.md §5).
   * @param cursor The cursor of the previous page; undefined for the first page.
   */
  children(
    path: NodePath,
    pageSize: number,
    cursor: string | undefined,
    signal?: AbortSignal,
  ): Promise<RequestedPage> {
    return this.#children.request(path, pageSize, cursor, signal);
  }

  /** The first page of {@link children}, with titles. Undefined when titles can't be loaded. */
  titledChildren(path: NodePath, pageSize: number, signal?: AbortSignal): Promise<RequestedPage | undefined> {
    return this.#children.requestTitled(path, pageSize, signal);
  }

  /** Requests {@link children} in every other request style, until `isWanted` accepts a page. */
  childrenInOtherStyles(
    path: NodePath,
    pageSize: number,
    cursor: string | undefined,
    isWanted: (page: ChildrenPage) => boolean,
    signal?: AbortSignal,
  ): Promise<RequestedPage | undefined> {
    return this.#children.requestInOtherStyles(path, pageSize, cursor, isWanted, signal);
  }

  /** Requests `@size`: the number of bytes processed and the number of documents (docs/onna-api.md §5). */
  async size(path: NodePath, signal?: AbortSignal): Promise<DatasourceSize> {
    const json = await this.#read(nodeUrl(this.address, path, '@size'), 'size', signal);
    return decoded(decodeSize(json), 'size');
  }

  /**
   * One page of a log of a Datasource, newest first (docs/onna-api.md §5). Reading a log needs a permission that many
   * users lack. Without it, the service answers 401.
   */
  async log(path: NodePath, name: LogName, query: LogQuery, signal?: AbortSignal): Promise<LogPage> {
    const url = nodeUrl(this.address, path, logServices[name]);
    // Sent as whole seconds, because the documentation does not mention fractions.
    if (query.from !== undefined) url.searchParams.set('epoch_from', String(Math.floor(query.from / 1000)));
    if (query.to !== undefined) url.searchParams.set('epoch_to', String(Math.ceil(query.to / 1000)));
    if (query.limit !== undefined) url.searchParams.set('limit', String(query.limit));
    if (query.cursor !== undefined) url.searchParams.set('cursor', query.cursor);
    return decoded(decodeLogPage(await this.#read(url, 'log', signal)), 'log');
  }

  /** `@downloadUnprocessedCsv`: opens the service's table of unprocessed Resources without reading it. */
  async unprocessedCsv(path: NodePath, signal?: AbortSignal): Promise<TransportResponse> {
    const url = nodeUrl(this.address, path, '@downloadUnprocessedCsv');
    const table = await this.#caller.open({
      method: 'GET',
      url,
      headers: { accept: 'text/csv, */*' },
      signal,
    });
    // A proxy's sign-in page has status 200. It must not be saved as a table.
    if (!/^text\/html\b/i.test(table.headers.get('content-type') ?? '')) return table;
    table.destroy();
    const problem = 'the answer is a web page, not a table';
    throw new OnnaError({ kind: 'decode', what: 'unprocessed Resources', problem, form: 'webPage' });
  }

  /** `@sendToSpyder?force=true`: starts a sync now. A GET with side effects, so never retried. */
  async sendToSpyder(path: NodePath, signal?: AbortSignal): Promise<void> {
    const url = nodeUrl(this.address, path, '@sendToSpyder');
    url.searchParams.set('force', 'true');
    await this.#caller.act({ method: 'GET', url, signal });
  }

  /** `@sendToCompute`: sends one Resource to the processing pipeline. */
  async sendToCompute(path: NodePath, signal?: AbortSignal): Promise<void> {
    await this.#caller.act({ method: 'GET', url: nodeUrl(this.address, path, '@sendToCompute'), signal });
  }

  /** `@sendUnprocessedToCompute`: processes all unprocessed Resources of a Datasource. */
  async sendUnprocessedToCompute(path: NodePath, signal?: AbortSignal): Promise<void> {
    await this.#caller.act({
      method: 'POST',
      url: nodeUrl(this.address, path, '@sendUnprocessedToCompute'),
      body: {},
      signal,
    });
  }

  /**
   * Writes `sync_status` with a PATCH. The service may silently ignore the PATCH, so the caller must read the node
   * again.
   */
  async writeStatus(path: NodePath, status: WritableStatus, signal?: AbortSignal): Promise<void> {
    await this.#caller.act({
      method: 'PATCH',
      url: nodeUrl(this.address, path),
      body: { sync_status: status },
      signal,
    });
  }

  /** The undecoded answer to POST `@frontsearch` for the node at `path` (`''`: the account). */
  async frontsearch(path: NodePath, request: unknown, signal?: AbortSignal): Promise<unknown> {
    const url = nodeUrl(this.address, path, '@frontsearch');
    // A POST without side effects, so it may be retried.
    return this.#caller.readJson({ method: 'POST', url, body: request, signal }, 'search results');
  }

  /** The hits of {@link frontsearch}. */
  async search(path: NodePath, request: FrontsearchRequest, signal?: AbortSignal): Promise<SearchResults> {
    const answer = decodeSearchResults(await this.frontsearch(path, request, signal));
    if (!answer.ok) throw new OnnaError({ kind: 'decode', what: 'search results', problem: answer.problem });
    // A page of unusable hits is not an empty result.
    if (answer.results.hits.length === 0 && answer.results.dropped > 0)
      throw new OnnaError({ kind: 'decode', what: 'search results', problem: 'no hit has an address' });
    const pathOf =
      path === ''
        ? (reference: string): NodePath | undefined => nodePath(this.address, reference)
        : pathBelow(this.address, path);
    const hits = answer.results.hits.map((hit) => ({
      ...hit,
      path: hit.path === undefined ? undefined : (pathOf(hit.path) ?? hit.path),
    }));
    return { ...answer.results, hits };
  }

  /** `@suggestions`: words that continue `term`, in the texts at and below a node (docs/onna-api.md §6). */
  async suggestions(path: NodePath, term: string, signal?: AbortSignal): Promise<readonly string[]> {
    const url = nodeUrl(this.address, path, '@suggestions');
    url.searchParams.set('term', term);
    return decodeTexts(await this.#read(url, 'suggestions', signal, false));
  }

  /** `@searchableFields`: the names of the fields that a search can test. Needs a permission of its own. */
  async searchableFields(signal?: AbortSignal): Promise<readonly string[]> {
    const url = nodeUrl(this.address, '', '@searchableFields');
    return decodeTexts(await this.#read(url, 'searchable fields', signal, false));
  }

  /**
   * Opens a file field of a Resource (`file` or `extracted_text`) without reading the body.
   * @param from The first byte to send (docs/onna-api.md §4). The service may ignore it, and then answers 200.
   */
  async download(path: NodePath, field: string, signal?: AbortSignal, from = 0): Promise<TransportResponse> {
    return this.#caller.open({
      method: 'GET',
      url: nodeUrl(this.address, path, `@download/${field}`),
      headers: {
        accept: '*/*',
        // Requested without compression: most files do not compress well, and `Content-Length` is then the size of the
        // file.
        'accept-encoding': 'identity',
        ...(from > 0 ? { range: `bytes=${from}-` } : {}),
      },
      signal,
    });
  }

  async #nodeJson(path: NodePath, signal: AbortSignal | undefined): Promise<unknown> {
    return this.#read(nodeUrl(this.address, path), 'node', signal);
  }

  async #read(url: URL, what: string, signal: AbortSignal | undefined, retry = true): Promise<unknown> {
    return this.#caller.readJson({ method: 'GET', url, signal, retry }, what);
  }
}
