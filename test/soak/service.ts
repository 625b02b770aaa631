import { generateDatasources } from '../../src/sandbox/samples/generatedDatasources.ts';
import { generateResources } from '../../src/sandbox/samples/generatedResources.ts';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { Caller } from '../unit/sandbox/support/wire.ts';
import type { SeededChance } from './seededChance.ts';
import type { FakeClock } from '../doubles/fakeClock.ts';

/** A Datasource in the list of the service. */
export interface ServedDatasource {
  readonly uid: string;
  readonly path: string;
  readonly title: string;
  readonly type: string;
  readonly status: string;
}

interface Item extends Readonly<Record<string, unknown>> {
  readonly '@id': string;
  readonly '@uid': string;
  readonly '@type': string;
  readonly '@timestamp': string;
  readonly title: string;
}

interface DataPage {
  readonly updates: readonly Item[];
  readonly deleted: readonly string[];
  readonly cursor: string | null;
}

/** Number of Datasources that collect a real folder, with repeated syncs. */
const collectingCount = 6;
/** Number of Resources in the largest Datasource; large enough for the tree to split the list into sections. */
const maxResources = 1_300;

/** A sandbox on the fake clock of the soak test, and the state of the sandbox at the last {@link read}. */
export class Service {
  readonly sandbox: Sandbox;
  /** The login with which the extension signs in. */
  readonly user = 'ines@sandbox.test';
  readonly password: string;
  /** Paths of the folders that Datasources collect. */
  readonly origins: readonly string[];
  #admin: Caller;
  readonly #folders: string;
  readonly #datasources = new Map<string, ServedDatasource>();
  readonly #workspaces = new Map<string, string>();
  #since: string | undefined;

  private constructor(sandbox: Sandbox, admin: Caller, password: string, folders: string) {
    this.sandbox = sandbox;
    this.#admin = admin;
    this.password = password;
    this.#folders = folders;
    this.origins = Array.from({ length: collectingCount }, (_, number) =>
      path.join(folders, `origin-${number}`),
    );
  }

  static async start(parts: ServiceParts): Promise<Service> {
    const { clock, chance, datasources } = parts;
    const sandbox = await startSandbox({ clock, random: chance.next, passwordCost: 16 });
    await generateDatasources(sandbox, datasources - collectingCount - 1);
    const { password } = await sandbox.addUser({
      login: 'ines@sandbox.test',
      role: 'guillotina.Manager',
      at: '/workspaces',
    });
    sandbox.setSwitches({ tokenLifetimeSeconds: 2 * 3_600 });
    const folders = await mkdtemp(path.join(tmpdir(), 'onna-soak-'));
    const admin = await Caller.signedIn(sandbox);
    const service = new Service(sandbox, admin, password, folders);
    await service.#addCollecting();
    await generateResources(sandbox, maxResources);
    await sandbox.settled();
    return service;
  }

  /** All Datasources at the last {@link read}, by UID. */
  get datasources(): ReadonlyMap<string, ServedDatasource> {
    return this.#datasources;
  }

  /** Titles of workspaces, by path. */
  get workspaces(): ReadonlyMap<string, string> {
    return this.#workspaces;
  }

  /** Reads the changes since the last read, or the full list. @returns whether the response contained changes */
  async read(everything = false): Promise<boolean> {
    if (everything) {
      this.#datasources.clear();
      this.#workspaces.clear();
      this.#since = undefined;
    }
    const since = this.#since === undefined ? '' : `&since=${encodeURIComponent(this.#since)}`;
    let cursor: string | null = '';
    let isChanged = false;
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = (await this.call(`/@data?types=_datasources_,Workspace${since}${query}`)) as DataPage;
      for (const item of page.updates) this.#take(item);
      for (const uid of page.deleted) this.#datasources.delete(uid);
      isChanged ||= page.updates.length + page.deleted.length > 0;
      ({ cursor } = page);
    }
    return isChanged;
  }

  /** Returns the paths of all Resources of the Datasource with the path `of`. */
  async resources(of: string): Promise<readonly string[]> {
    const paths: string[] = [];
    let scroll = '';
    for (;;) {
      const page = (await this.call(`${of}/@getAllChildren?page_size=1000${scroll}`)) as {
        readonly items: readonly string[];
        readonly cursor?: string | null;
      };
      paths.push(...page.items.map((item) => this.#pathOf(item)));
      if (!page.cursor) return paths;
      scroll = `&scroll=${encodeURIComponent(page.cursor)}`;
    }
  }

  async stop(): Promise<void> {
    await this.sandbox.close();
    await rm(this.#folders, { recursive: true, force: true });
  }

  async #addCollecting(): Promise<void> {
    const { path: parent } = this.sandbox.addWorkspace('Collected', 'collected');
    for (const [number, origin] of this.origins.entries()) {
      await mkdir(origin);
      for (let file = 0; file < 5 + number * 40; file++)
        await writeFile(path.join(origin, `tides-${file}.txt`), `High water at ${file}.`);
      const names = { title: `Collected ${number}`, id: `collected-${number}` };
      this.sandbox.addDatasource({ parent, ...names, type: 'confluence', sync: 'auto', origin });
    }
  }

  #take(item: Item): void {
    if (this.#since === undefined || item['@timestamp'] > this.#since) this.#since = item['@timestamp'];
    const at = this.#pathOf(item['@id']);
    if (item['@type'] === 'Workspace') {
      this.#workspaces.set(at, item.title);
      return;
    }
    const { '@uid': uid, '@type': type, title } = item;
    this.#datasources.set(uid, { uid, path: at, title, type, status: String(item['sync_status']) });
  }

  #pathOf(url: string): string {
    const { container, account } = this.sandbox;
    return decodeURIComponent(new URL(url, 'http://x').pathname).replace(`/api/${container}/${account}`, '');
  }

  /** Sends a request as the administrator, without the faulty network. @throws Error if the service refuses it */
  async call(url: string, method = 'GET', body?: unknown): Promise<unknown> {
    let answer = await this.#admin.call(url, { method, body });
    if (answer.status === 401) {
      this.#admin = await Caller.signedIn(this.sandbox);
      answer = await this.#admin.call(url, { method, body });
    }
    if (answer.status >= 300) throw new Error(`${method} ${url}: ${answer.status} ${answer.text}`);
    return answer.json;
  }
}

interface ServiceParts {
  readonly clock: FakeClock;
  readonly chance: SeededChance;
  readonly datasources: number;
}
