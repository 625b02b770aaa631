import { nodePath, nodeUrl, pathBelow, type AccountAddress, type NodePath } from './address.ts';
import { decoded, refuseWebPage, type Caller } from './caller.ts';
import { decodeStoredFiles, type StoredFile } from './wire/storedFiles.ts';

/** Page size of the list of files. */
const pageSize = 1_000;
/** Timeout for the answer to one part, in ms: enough for 4 MiB at 35 kB/s. */
const partTimeoutMs = 120_000;

/** A request of the TUS protocol. */
export interface TusRequest {
  readonly method: 'POST' | 'PATCH' | 'HEAD';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer to a {@link TusRequest}, always in the 2xx range. */
export interface TusAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

/** The requests of uploads (docs/onna-api.md §4). Methods throw only OnnaError. */
export class UploadClient {
  readonly #address: AccountAddress;
  readonly #caller: Caller;

  constructor(address: AccountAddress, caller: Caller) {
    this.#address = address;
    this.#caller = caller;
  }

  /** The URL that creates a new file in a folder Datasource, or in a folder inside it. */
  newFileUrl(folder: NodePath): URL {
    return nodeUrl(this.#address, folder, '@tusPOST');
  }

  /** The URL that replaces the content of a Resource. */
  contentUrl(resource: NodePath): URL {
    return nodeUrl(this.#address, resource, '@tusupload/file');
  }

  /** The path of an upload that the service named in `Location`. Undefined if it is not in this account. */
  uploadPath(location: string): NodePath | undefined {
    return nodePath(this.#address, location);
  }

  /** The URL of an upload. It is on the configured server, because the token must not go to any other server. */
  uploadUrl(path: NodePath): URL {
    return nodeUrl(this.#address, path);
  }

  /** Sends one request. Only HEAD is retried. */
  async send({ bytes, ...request }: TusRequest): Promise<TusAnswer> {
    const answer = await this.#caller.call({
      ...request,
      ...(bytes === undefined ? {} : { bytes }),
      ...(request.method === 'HEAD' ? { retry: true } : { answerTimeoutMs: partTimeoutMs }),
    });
    refuseWebPage(answer, 'answer to an upload');
    return answer;
  }

  /**
   * Reads the names, folders and checksums of the files in a Datasource page by page. Stops at a page without new
   * files, because the service may ignore the cursor and repeat a page.
   */
  async *storedFiles(datasource: NodePath, signal?: AbortSignal): AsyncGenerator<readonly StoredFile[]> {
    const seen = new Set<NodePath>();
    const pathOf = pathBelow(this.#address, datasource);
    for (let cursor: string | undefined; ;) {
      const url = nodeUrl(this.#address, datasource, '@getAllChildrenData');
      url.searchParams.set('page_size', String(pageSize));
      if (cursor !== undefined) url.searchParams.set('scroll', cursor);
      url.searchParams.set(
        'include',
        'title,onna.canonical.behaviors.metadata.IMetadata,onna.canonical.behaviors.origin.IOrigin',
      );
      const retry = cursor === undefined || 'unprocessed';
      const what = 'list of files';
      const json = await this.#caller.readJson({ method: 'GET', url, signal, retry }, what);
      const page = decoded(decodeStoredFiles(json, pathOf), what);
      const added = page.files.filter(({ path }) => !seen.has(path));
      for (const { path } of added) seen.add(path);
      yield added;
      cursor = page.cursor;
      if (cursor === undefined || added.length === 0) return;
    }
  }
}
