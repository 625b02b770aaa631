import type { Switches } from '../../src/sandbox/switches/switchBoard.ts';
import type { LoggedRequest } from '../../src/sandbox/server/requestLog.ts';
import type { SandboxConnection } from '../support/sandbox.ts';
import { Caller } from '../unit/sandbox/support/wire.ts';

/** A Datasource in the list of the sandbox. */
export interface ListedDatasource {
  readonly uid: string;
  readonly title: string;
  readonly status: string;
  /** The full URL. */
  readonly url: string;
  /** The path relative to the account. */
  readonly path: string;
}

interface DataPage {
  readonly updates: readonly {
    readonly '@id': string;
    readonly '@uid': string;
    readonly title: string;
    readonly sync_status: string;
  }[];
  readonly cursor?: string | null;
}

/** Controls a sandbox in another process, over HTTP. */
export class SandboxControl {
  readonly caller: Caller;
  readonly connection: SandboxConnection;

  constructor(connection: SandboxConnection, caller: Caller) {
    this.connection = connection;
    this.caller = caller;
  }

  static async of(connection: SandboxConnection): Promise<SandboxControl> {
    return new SandboxControl(connection, await Caller.signedIn(connection));
  }

  /** Returns the requests to the API and the auth server since {@link clearRequests}. */
  async requests(): Promise<readonly LoggedRequest[]> {
    const answer = await this.#control('GET', 'requests');
    return (answer as { items: LoggedRequest[] }).items;
  }

  async clearRequests(): Promise<void> {
    await this.#control('DELETE', 'requests');
  }

  async setSwitches(change: Partial<Switches>): Promise<void> {
    await this.#control('POST', 'switches', change);
  }

  /** Returns all Datasources in their current state. */
  async datasources(): Promise<ListedDatasource[]> {
    const { baseUrl, container, account } = this.connection;
    const root = `${baseUrl}/api/${container}/${account}`;
    const found: ListedDatasource[] = [];
    for (let cursor: string | null | undefined = ''; typeof cursor === 'string';) {
      const next: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: DataPage = await this.caller.json<DataPage>(`/@data?types=_datasources_${next}`);
      for (const { '@id': url, '@uid': uid, title, sync_status: status } of page.updates)
        found.push({ uid, title, status, url, path: url.slice(root.length) });
      ({ cursor } = page);
    }
    return found;
  }

  /** Sets the status of Datasources without starting a sync. */
  async setStatuses(paths: readonly string[], status: string): Promise<void> {
    await this.#control('POST', 'status', { path: paths, sync_status: status });
  }

  async #control(method: string, name: string, body?: unknown): Promise<unknown> {
    const answer = await this.caller.raw(`/_sandbox/${name}`, { method, body });
    if (answer.status >= 300)
      throw new Error(`/_sandbox/${name} responded with ${answer.status}: ${answer.text}`);
    return answer.json;
  }
}
