import type { SecretStorage } from 'vscode';
import type { ConnectionSnapshot } from '../../model/datasources/connectionSnapshot.ts';
import type { KnownData } from '../../model/diagnostics/redactor.ts';

/** Fields of a stored account that are not secret. All other texts in SecretStorage are secrets. */
const openFields = new Set(['version', 'baseUrl', 'container', 'account', 'user']);

/**
 * The data that diagnostics must not contain.
 * @param addresses Addresses of servers and proxies, besides those of the accounts. They may contain credentials.
 */
export async function knownData(
  secrets: Pick<SecretStorage, 'keys' | 'get'>,
  snapshots: readonly ConnectionSnapshot[],
  addresses: readonly string[],
): Promise<KnownData> {
  const keys = await secrets.keys();
  const stored = await Promise.all(keys.map((key) => secrets.get(key)));
  const connections = snapshots.map(({ connection }) => connection);
  return {
    secrets: [
      ...stored.flatMap((text) => (text === undefined ? [] : secretsIn(text))),
      ...addresses.flatMap(credentialsIn),
    ],
    servers: [...connections.map(({ baseUrl }) => baseUrl), ...addresses],
    users: connections.map(({ user }) => user),
    accounts: connections.flatMap(({ account, container }) => [account, container]),
    titles: snapshots.flatMap(({ datasources, workspaces }) => [
      ...[...datasources.values()].map(({ title }) => title),
      ...workspaces.values(),
    ]),
  };
}

function secretsIn(text: string): readonly string[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [text];
  }
  if (typeof json !== 'object' || json === null) return [text];
  return [
    text,
    ...Object.entries(json).flatMap(([name, value]) =>
      typeof value === 'string' && !openFields.has(name) ? [value] : [],
    ),
  ];
}

/** The user and the password in an address such as `http://user:password@proxy`. */
function credentialsIn(address: string): readonly string[] {
  if (!URL.canParse(address)) return [];
  const { username, password } = new URL(address);
  return [username, password].filter((text) => text !== '').map((text) => decodeURIComponent(text));
}
