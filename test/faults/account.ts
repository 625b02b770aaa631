import { createHash } from 'node:crypto';
import { UnsecuredJWT } from 'jose';
import { detailsAnswer, detailsPages } from './detailsRecords.ts';
import {
  json,
  objectItem,
  pathItem,
  type AccountAnswer,
  type AccountRequest,
  type PagedItem,
  type Pages,
} from './exchange.ts';

export const accountPath = '/workspaces/harbour';
export const userName = 'ines@lumenfjord.test';
export const pageSize = 2;
/** The content of the file that is uploaded. It is JSON, because the test server parses every body. */
export const uploadedText = '{"water": "high"}';

/** The content of each Resource's file. */
export const fileText = 'High water at noon.';
/** The number of search hits. */
export const hitCount = 300;

/** A small account that responds as docs/onna-api.md describes. Faults are injected into its responses. */
export class HealthyAccount {
  readonly #baseUrl: string;
  /** The current time of the service, in ms since 1970. */
  readonly #now: number;
  readonly #tokenLifetimeMs: number;
  /** The fields that the client has changed, by path. */
  readonly #changes = new Map<string, object>();
  readonly #deleted = new Set<string>();
  /** The roles that the client has granted on the wiki. */
  readonly #granted: Record<string, Readonly<Record<string, string>>> = {};
  /** Whether the listing includes `sync_status` (docs/onna-api.md §14.9). */
  listsStatus = true;

  constructor(baseUrl: string, now: number, tokenLifetimeMs: number) {
    this.#baseUrl = baseUrl;
    this.#now = now;
    this.#tokenLifetimeMs = tokenLifetimeMs;
  }

  /** Returns a new token. A different `serial` gives a different token. */
  token(serial = 0): string {
    return new UnsecuredJWT({ login: userName, jti: String(serial) })
      .setIssuedAt(Math.floor(this.#now / 1_000))
      .setExpirationTime(Math.floor((this.#now + this.#tokenLifetimeMs) / 1_000))
      .encode();
  }

  /** Applies a change that the client requests. Not called if the service refuses the request. */
  carryOut({ method, path, body }: AccountRequest): void {
    if (method === 'PATCH') this.#changes.set(path, { ...this.#changes.get(path), ...(body as object) });
    if (method === 'DELETE') this.#deleted.add(path);
    if (!path.endsWith('/@sharing') || method !== 'POST') return;
    const { prinrole } = body as { prinrole: readonly { principal: string; role: string }[] };
    for (const { principal, role } of prinrole) this.#granted[principal] = { [role]: 'Allow' };
  }

  answer(request: AccountRequest): AccountAnswer {
    const found = detailsAnswer(request, (below) => this.#url(below));
    if (found) return found;
    const pages = this.pages(request);
    if (pages) {
      const { items, start, size } = pages;
      const next = start + size < items.length ? String(start + size) : null;
      return pages.render(items.slice(start, start + size), next);
    }
    const { method, path } = request;
    const service = path.slice(path.lastIndexOf('/') + 1);
    if (path === '/auth/oauth/get_auth_token')
      return { status: 200, contentType: 'text/plain', body: this.token(1) };
    if (path === '/auth/oauth/me') return json({ id: userName, mail: userName, roles: [] });
    if (path === '/@oauthgetcode') return json({ auth_code: 'code' });
    if (path.endsWith('@size')) return json({ bytes_processed: 73_400_320, doc_count: 5 });
    if (path.endsWith('@download/file') || path.endsWith('/@download/extracted_text')) {
      const isThere = service === 'file' || !path.includes('unread');
      return isThere
        ? { status: 200, contentType: 'text/plain; charset=utf-8', body: fileText }
        : json({ reason: 'object and/or route not found' }, 404);
    }
    if (path.startsWith('/@resolveuid/'))
      return { ...json('', 301), body: '', headers: { location: this.#url(`${accountPath}/wiki`) } };
    if (path.endsWith('@wallet'))
      return json([{ wallet_entry_uuid: 'uid-entry', is_shared: true, usage: [{ datasources_count: 2 }] }]);
    if (path.includes('AuthCode')) return json({ url: 'https://consent.example.test/authorize' });
    if (path.endsWith('@canido')) return json({ 'guillotina.ModifyContent': true });
    if (path.endsWith('@datasourceTypes'))
      return json({ enabled_datasources: [{ type_name: 'BoxDatasource' }] });
    if (path.endsWith('@findUsers')) return json({ result: [{ id: 'tom@lumenfjord.test' }], total: 1 });
    if (path.endsWith('@sharing') && method === 'GET')
      return json({ local: { prinrole: this.#granted }, inherit: [] });
    if (path.endsWith('@tusPOST'))
      return { ...json({}, 201), headers: { location: this.#url(`${accountPath}/drive/@tusupload/1`) } };
    if (path.endsWith('/@tusupload/1'))
      return { ...json({}), headers: { 'upload-offset': String(uploadedText.length) } };
    if (path.includes('/@')) return json({});
    if (this.#deleted.has(path)) return json({ reason: 'object and/or route not found' }, 404);
    if (method === 'DELETE') return { status: 200, contentType: 'application/json', body: '' };
    if (method === 'POST') return json(this.#created(path, request.body as { title: string }), 201);
    if (path === '/workspaces/quay') return json(this.#created('/workspaces', { title: 'quay' }));
    if (method === 'PATCH') return { status: 204, contentType: 'application/json', body: '' };
    const node = path.endsWith('.txt') ? this.#resource(path) : this.datasource(path, 'paused');
    return json({ ...node, ...this.#changes.get(path) });
  }

  /** Returns the pages if the request is for a paged endpoint. */
  pages(request: AccountRequest): Pages | undefined {
    const { path, query, body } = request;
    const found = detailsPages(request, this.#now, (below) => this.#url(below));
    if (found) return found;
    const service = path.slice(path.lastIndexOf('/') + 1);
    switch (service) {
      case '@data': {
        const wallet = query.get('types') === 'WalletEntry';
        const items = query.has('since') ? [] : wallet ? [this.#walletEntry()] : this.#listed();
        return {
          items,
          start: Number(query.get('cursor') ?? 0),
          size: pageSize,
          render: (page, cursor) =>
            json({ updates: page.map((item) => item.json), deleted: [], total: items.length, cursor }),
        };
      }
      case '@getAllChildren':
      case '@getAllChildrenData': {
        const folder = path.slice(0, path.lastIndexOf('/'));
        return {
          items: this.#children(folder, service === '@getAllChildrenData'),
          start: Number(query.get('scroll') ?? 0),
          size: Number(query.get('page_size') ?? pageSize),
          render: (page, cursor) => json({ items: page.map((item) => item.json), cursor }),
        };
      }
      case '@frontsearch': {
        const asked = body as { readonly from: number; readonly size: number };
        const items = Array.from({ length: hitCount }, (_, index) => this.#hit(index));
        return {
          items,
          start: asked.from,
          size: asked.size,
          render: (page) =>
            json({
              member: page.map((item) => item.json),
              items_count: items.length,
              aggregations: { extension: { buckets: [{ key: 'txt', doc_count: items.length }] } },
            }),
        };
      }
      default:
        return undefined;
    }
  }

  /** Returns the JSON of a Datasource. */
  datasource(path: string, status: string | undefined): Readonly<Record<string, unknown>> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return {
      '@id': this.#url(path),
      '@type': 'ConfluenceDatasource',
      '@name': name,
      '@uid': `uid-${name}`,
      '@timestamp': '2026-03-01T11:00:00.000001+00:00',
      title: name,
      sync_status: status,
      // Only the status of the wiki can change without a command, so the poller reads only the wiki individually.
      type_sync: name === 'wiki' ? 'auto' : 'one',
    };
  }

  /** Returns the JSON of a new object in a folder. Its id is its title. */
  #created(folder: string, { title }: { readonly title: string }): Readonly<Record<string, unknown>> {
    const path = `${folder}/${title}`;
    if (folder !== '/workspaces') return this.datasource(path, 'paused');
    return { '@id': this.#url(path), '@type': 'Workspace', '@uid': `uid-${title}`, title };
  }

  #walletEntry(): PagedItem {
    const path = `/${userName}/wallet/slack`;
    return objectItem({
      ...{ '@id': this.#url(path), '@type': 'WalletEntry', '@uid': 'uid-entry', title: 'Slack of Ines' },
      expiration_date: '2026-03-02T11:00:00.000001+00:00',
    });
  }

  #listed(): readonly PagedItem[] {
    const workspace = {
      '@id': this.#url(accountPath),
      '@type': 'Workspace',
      '@uid': 'uid-harbour',
      title: 'Harbour',
    };
    return [
      objectItem(workspace),
      ...['wiki', 'slack', 'drive'].map((name) =>
        objectItem(
          this.datasource(
            `${accountPath}/${name}`,
            this.listsStatus || name !== 'wiki' ? 'synced' : undefined,
          ),
        ),
      ),
    ];
  }

  #children(folder: string, withTitles: boolean): readonly PagedItem[] {
    return Array.from({ length: 6 }, (_, index) => {
      const name = folder.endsWith('slack') ? `${index}`.repeat(32) : `tides-${index}.txt`;
      const path = `${folder}/${name}`;
      return withTitles
        ? objectItem({ '@id': this.#url(path), '@uid': `uid-${name}`, title: `Tides ${index}` })
        : pathItem(path);
    });
  }

  #resource(path: string): Readonly<Record<string, unknown>> {
    return {
      '@id': this.#url(path),
      '@type': 'Resource',
      '@name': path.slice(path.lastIndexOf('/') + 1),
      title: 'Tides',
      'onna.canonical.behaviors.metadata.IMetadata': {
        ...{ content_type: 'text/plain', content_length: fileText.length },
        md5: createHash('md5').update(fileText).digest('hex'),
      },
    };
  }

  #hit(index: number): PagedItem {
    const path = `${accountPath}/wiki/tides-${index}.txt`;
    return objectItem({
      '@id': this.#url(path),
      '@uid': `hit-${index}`,
      type_name: 'Resource',
      title: `Tides ${index}`,
    });
  }

  #url(path: string): string {
    return `${this.#baseUrl}/api/rel0/lumenfjord${path}`;
  }
}
