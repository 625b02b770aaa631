import * as vscode from 'vscode';
import type { Clock } from '../../base/clock.ts';
import { AnswerCache } from '../../model/manage/answerCache.ts';
import { openFile } from '../../model/resources/resourceContent.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import { readBytes } from '../../onna/transport/body.ts';
import type { ResourceDetails } from '../../onna/wire/resource.ts';
import { describeError } from '../text/errorText.ts';
import type { NodeUri } from './nodeUriParts.ts';
import { parseUri } from './uris.ts';

/** Maximum size of a file, in bytes. VS Code keeps the whole file in memory. */
const maxBytes = 100 << 20;
/** Lifetime of cached properties, in ms. VS Code requests them several times while it opens a file. */
const detailsLifetimeMs = 10_000;

/** The read-only files of Resources, for VS Code's own viewers of images and other binary files. */
export class OnnaFiles {
  readonly #client: (connectionId: string) => Promise<OnnaClient>;
  readonly #ready: () => Promise<void>;
  readonly #details: AnswerCache<ResourceDetails>;

  constructor(
    client: (connectionId: string) => Promise<OnnaClient>,
    ready: () => Promise<void>,
    clock: Clock,
  ) {
    this.#client = client;
    this.#ready = ready;
    this.#details = new AnswerCache(clock, detailsLifetimeMs);
  }

  /** Reads the properties of the Resource. Does not download the file. */
  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { size = 0, modified = 0 } = await this.#request(uri, ({ connectionId, path }) =>
      this.#details.get(connectionId, path, async () => (await this.#client(connectionId)).resource(path)),
    );
    return {
      type: vscode.FileType.File,
      permissions: vscode.FilePermission.Readonly,
      ctime: modified,
      mtime: modified,
      size,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return this.#request(uri, async ({ connectionId, path }) => {
      const { signal } = new AbortController();
      return readBytes(await openFile(await this.#client(connectionId), path, signal), maxBytes);
    });
  }

  readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    return Promise.reject(vscode.FileSystemError.FileNotADirectory(uri));
  }

  readonly createDirectory = refuse;
  readonly writeFile = refuse;
  readonly delete = refuse;
  readonly rename = refuse;

  async #request<T>(uri: vscode.Uri, request: (target: NodeUri) => Promise<T>): Promise<T> {
    const target = parseUri(uri);
    if (target?.kind !== 'file') throw vscode.FileSystemError.FileNotFound(uri);
    // After a window reload, VS Code may request the file before the accounts are loaded.
    await this.#ready();
    try {
      return await request(target);
    } catch (error) {
      if (!(error instanceof OnnaError)) throw error;
      const message = describeError(error, 'document');
      throw isOnnaError(error, 'notFound', 'noContent')
        ? vscode.FileSystemError.FileNotFound(message)
        : vscode.FileSystemError.Unavailable(message);
    }
  }
}

function refuse(uri: vscode.Uri): Promise<never> {
  return Promise.reject(vscode.FileSystemError.NoPermissions(uri));
}
