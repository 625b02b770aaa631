import { request } from 'node:http';
import type { Agent } from 'node:http';
import type { SandboxConnection } from '../support/sandbox.ts';

/** Sends a request on the only connection of an agent. @throws if the status is not 200 */
export function ask(
  agent: Agent,
  url: string,
  headers: Record<string, string>,
  body?: object,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request(url, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${url} responded with ${response.statusCode ?? 0}: ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Requests a code for a sign-in, the first step of a client. */
export async function askForCode(
  agent: Agent,
  { baseUrl, container, account }: SandboxConnection,
): Promise<string> {
  const url = `${baseUrl}/api/${container}/${account}/@oauthgetcode?client_id=canonical&scope=${account}`;
  return (JSON.parse(await ask(agent, url, {})) as { auth_code: string }).auth_code;
}

/** Signs in with a code. @returns the token */
export function askForToken(
  agent: Agent,
  { baseUrl, account, user, password }: SandboxConnection,
  code: string,
): Promise<string> {
  const login = { grant_type: 'user', username: user, password, scopes: [account] };
  return ask(agent, `${baseUrl}/auth/oauth/get_auth_token`, {}, { ...login, client_id: 'canonical', code });
}
