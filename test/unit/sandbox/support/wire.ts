import { request as httpRequest } from 'node:http';
import type { Sandbox } from '../../../../src/sandbox/sandbox.ts';

/** An HTTP response. */
export interface WireAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON; undefined if it is not JSON. */
  readonly json: unknown;
}

/** Options of an HTTP request. */
export interface WireRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent unchanged, any other value as JSON. A GET request may also have a body. */
  readonly body?: unknown;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Sends a request with exactly this `path`. A `URL` object would normalize the path. */
export function send(
  baseUrl: string,
  path: string,
  { method = 'GET', headers = {}, body }: WireRequest = {},
): Promise<WireAnswer> {
  const { hostname, port } = new URL(baseUrl);
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const length = payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) };
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { hostname, port, path, method, headers: { ...length, ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const { statusCode = 0, statusMessage = '' } = response;
          resolve({
            status: statusCode,
            reason: statusMessage,
            headers: response.headers,
            text,
            json: parse(text),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

/** Address of a sandbox and the login of its own user. The sandbox may run in another process. */
export type SandboxLogin = Pick<Sandbox, 'baseUrl' | 'container' | 'account' | 'user' | 'password'>;

/** Signs in with a password, and returns the token (docs/onna-api.md §1). */
export async function signIn(
  sandbox: SandboxLogin,
  user = sandbox.user,
  password = sandbox.password,
): Promise<string> {
  const { baseUrl, container, account } = sandbox;
  const code = await send(
    baseUrl,
    `/api/${container}/${account}/@oauthgetcode?client_id=canonical&scope=${account}`,
  );
  const answer = await send(baseUrl, '/auth/oauth/get_auth_token', {
    method: 'POST',
    body: {
      ...{ grant_type: 'user', username: user, password, scopes: [account], client_id: 'canonical' },
      code: (code.json as { auth_code: string }).auth_code,
    },
  });
  if (answer.status !== 200) throw new Error(`sign-in failed with status ${answer.status}: ${answer.text}`);
  return answer.text;
}

/** Sends API requests with the token of one user. */
export class Caller {
  readonly token: string;
  readonly #baseUrl: string;
  readonly #root: string;

  constructor(
    { baseUrl, container, account }: Pick<Sandbox, 'baseUrl' | 'container' | 'account'>,
    token: string,
  ) {
    this.token = token;
    this.#baseUrl = baseUrl;
    this.#root = `/api/${container}/${account}`;
  }

  static async signedIn(sandbox: SandboxLogin, user?: string, password?: string): Promise<Caller> {
    return new Caller(sandbox, await signIn(sandbox, user, password));
  }

  /** @param path Path relative to the account, including the query string. */
  call(path: string, request: WireRequest = {}): Promise<WireAnswer> {
    return this.raw(this.#root + path, request);
  }

  /** @param path Path relative to the base URL of the server. */
  raw(path: string, request: WireRequest = {}): Promise<WireAnswer> {
    return send(this.#baseUrl, path, {
      ...request,
      headers: { authorization: `Bearer ${this.token}`, ...request.headers },
    });
  }

  async json<Body>(path: string, request: WireRequest = {}): Promise<Body> {
    const answer = await this.call(path, request);
    if (answer.status !== 200) throw new Error(`${path} returned status ${answer.status}: ${answer.text}`);
    return answer.json as Body;
  }

  async node(path: string): Promise<Record<string, unknown>> {
    return this.json<Record<string, unknown>>(path);
  }

  async status(path: string): Promise<unknown> {
    return (await this.node(path))['sync_status'];
  }

  post(path: string, body: unknown): Promise<WireAnswer> {
    return this.call(path, { method: 'POST', body });
  }

  patch(path: string, body: unknown): Promise<WireAnswer> {
    return this.call(path, { method: 'PATCH', body });
  }

  /** Returns the paths from all pages of `@getAllChildren`. */
  async children(path: string, pageSize = 100): Promise<string[]> {
    const all: string[] = [];
    let scroll = '';
    for (;;) {
      const page = await this.json<{ items: string[]; cursor: string | null }>(
        `${path}/@getAllChildren?page_size=${pageSize}${scroll}`,
      );
      all.push(...page.items);
      if (page.cursor === null) return all;
      scroll = `&scroll=${encodeURIComponent(page.cursor)}`;
    }
  }

  /** Returns the sorted file names of all Resources of a Datasource. */
  async names(path: string): Promise<string[]> {
    return (await this.children(path)).map((child) => child.slice(child.lastIndexOf('/') + 1)).sort();
  }

  async search(path: string, query: unknown): Promise<SearchAnswer> {
    return this.json<SearchAnswer>(`${path}/@frontsearch`, { method: 'POST', body: query });
  }
}

/** The JSON body of a `@frontsearch` response. */
export interface SearchAnswer {
  readonly member: readonly Readonly<Record<string, unknown>>[];
  readonly items_count: number;
  readonly aggregations?: Readonly<
    Record<string, { readonly buckets: readonly { key: string | number; doc_count: number }[] }>
  >;
}
