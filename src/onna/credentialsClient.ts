import { nodeUrl, type AccountAddress, type NodePath } from './address.ts';
import { decoded, jsonOf, type Call, type Caller } from './caller.ts';
import { OnnaError, isOnnaError } from './errors.ts';
import { decodeConsentUrl, decodeWalletPage, decodeWalletUsage, type WalletEntry } from './wire/wallet.ts';

/** Maximum pages of the wallet: the same cursor again and again must not read for ever (docs/onna-api.md §14.6). */
const maxPages = 100;

/**
 * The older endpoints, one per provider (docs/onna-api.md §5). Those of the first group belong to a user's folder, the
 * others to the account.
 */
const userEndpoints: Readonly<Record<string, string>> = {
  SlackDatasource: '@getSlackAuthCode',
  BoxDatasource: '@getBoxAuthCode',
  GDriveDatasource: '@getGDriveAuthCode',
};
const accountEndpoints: Readonly<Record<string, string>> = {
  DropboxDatasource: '@getDOAuthCode',
  SlackEDatasource: '@getESlackAuthCode',
  MGraphMailDatasource: '@getMGraphAuthCode',
  OnedriveDatasource: '@getMGraphAuthCode',
  SharepointDatasource: '@getMGraphAuthCode',
  MsTeamsDatasource: '@getMGraphAuthCode',
};

/** The page that a consent is requested for. */
export interface ConsentQuery {
  /** `@type` of the Datasources that need the consent. */
  readonly type: string;
  /** The folder of the signed-in user. */
  readonly userFolder: NodePath;
  /** The address that the provider's page opens with the code. */
  readonly redirectTo: string;
  /** Whether the page should show the code instead. The older endpoints can't do that. */
  readonly showsCode?: boolean;
}

/**
 * Reads wallet entries and renews them (docs/onna-api.md §5 and §7). Methods throw only OnnaError. No log line and no
 * error contains a secret or a code: both leave out bodies and query strings.
 */
export class CredentialsClient {
  readonly #address: AccountAddress;
  readonly #caller: Caller;

  constructor(address: AccountAddress, caller: Caller) {
    this.#address = address;
    this.#caller = caller;
  }

  /** All pages of `@data?types=WalletEntry`: the entries that the user may see. */
  async entries(signal?: AbortSignal): Promise<readonly WalletEntry[]> {
    const all = new Map<string, WalletEntry>();
    let cursor: string | undefined;
    for (let page = 0; page < maxPages; page++) {
      const url = nodeUrl(this.#address, '', '@data');
      url.searchParams.set('types', 'WalletEntry');
      if (cursor !== undefined) url.searchParams.set('cursor', cursor);
      const json = await this.#caller.readJson({ method: 'GET', url, signal }, 'wallet');
      const answer = decoded(decodeWalletPage(this.#address, json), 'wallet');
      const before = all.size;
      for (const entry of answer.entries) all.set(entry.uid, entry);
      cursor = answer.cursor;
      if (cursor === undefined || all.size === before) break;
    }
    return [...all.values()];
  }

  /** `@wallet`: the number of Datasources that use each entry, by its uid. Many users may not read it. */
  async usage(signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const url = nodeUrl(this.#address, '', '@wallet');
    return decoded(
      decodeWalletUsage(await this.#caller.readJson({ method: 'GET', url, signal }, 'wallet')),
      'wallet',
    );
  }

  /**
   * The address of the provider's consent page: `@datasourceAuthCode/{type}`, or the older `@get…AuthCode` on a service
   * without it. Sent once, because each request starts a new consent.
   */
  async consentPage(query: ConsentQuery, signal?: AbortSignal): Promise<URL> {
    const { type, userFolder, redirectTo, showsCode } = query;
    try {
      const service = `@datasourceAuthCode/${encodeURIComponent(type)}`;
      const url = nodeUrl(this.#address, '', service);
      return await this.#askForPage(url, showsCode === true ? undefined : redirectTo, signal);
    } catch (error) {
      const older = userEndpoints[type] ?? accountEndpoints[type];
      if (older === undefined || !isOnnaError(error, 'notFound')) throw error;
      const folder = type in userEndpoints ? userFolder : '';
      return await this.#askForPage(nodeUrl(this.#address, folder, older), redirectTo, signal);
    }
  }

  /**
   * POST `@refreshServiceCredentials` of a Datasource or a wallet entry: the body contains the secret and the user's
   * token (docs/onna-api.md §5 and §17). Sent once.
   */
  async refresh(path: NodePath, secret: string, signal?: AbortSignal): Promise<void> {
    await this.#caller.act({
      method: 'POST',
      url: nodeUrl(this.#address, path, '@refreshServiceCredentials'),
      bodyWith: (token) => ({ 'X-Auth-Secret': secret, Authorization: `Bearer ${token}` }),
      signal,
    });
  }

  /**
   * POST `@updateServiceCredentials?auth_code=` of a Datasource or a wallet entry: ends a consent. Sent once. The service
   * answers 412 to a code that it does not accept (docs/onna-api.md §5).
   */
  async update(path: NodePath, code: string, signal?: AbortSignal): Promise<void> {
    const url = nodeUrl(this.#address, path, '@updateServiceCredentials');
    url.searchParams.set('auth_code', code);
    await this.#caller.act({ method: 'POST', url, body: {}, signal });
  }

  async #askForPage(url: URL, redirectTo: string | undefined, signal: AbortSignal | undefined): Promise<URL> {
    if (redirectTo !== undefined) url.searchParams.set('redirect_to', redirectTo);
    const call: Call = { method: 'GET', url, signal };
    const answer = await this.#caller.act(call);
    const text = answer.text.trim();
    // The documentation does not say whether a plain URL is sent as JSON.
    const page = decodeConsentUrl(/^https?:/i.test(text) ? text : jsonOf(answer, 'consent page'));
    if (page) return page;
    throw new OnnaError({
      kind: 'decode',
      what: 'consent page',
      problem: 'the answer contains no https address',
    });
  }
}
