import * as v from 'valibot';
import { authUrl, nodeUrl, type AccountAddress } from './address.ts';
import { decoded, jsonOf, refuseWebPage, type Caller } from './caller.ts';
import { OnnaError, isOnnaError, type OnnaFailure } from './errors.ts';
import { cleanToken } from './token.ts';
import { decodeMe } from './wire/listing.ts';
import { objectWith } from './wire/values.ts';

const clientId = 'canonical';
const codeSchema = objectWith({ auth_code: v.nullish(v.string()) });

/**
 * Whether the failure shows that Onna did not answer. Onna may answer a request without a token with any status, but
 * never with a web page.
 */
function isNotFromOnna(failure: OnnaFailure): boolean {
  switch (failure.kind) {
    case 'unreachable':
    case 'timeout':
    case 'tls':
    case 'proxy':
    case 'redirected':
    case 'cancelled':
      return true;
    case 'decode':
      return failure.form === 'webPage';
    case 'notFound':
    case 'unexpectedStatus':
      return failure.isPage === true;
    default:
      return false;
  }
}

/**
 * Checks that a server is reachable and answers like Onna. Sends neither user nor password.
 * @param caller A caller without a token source.
 * @throws OnnaError when the check fails
 */
export async function checkServer(caller: Caller, baseUrl: string, signal?: AbortSignal): Promise<void> {
  const url = authUrl({ baseUrl }, 'me');
  try {
    refuseWebPage(await caller.call({ method: 'POST', url, signal }), 'answer of the sign-in server');
  } catch (error) {
    if (!isOnnaError(error) || isNotFromOnna(error.failure)) throw error;
  }
}

/**
 * Requests a code that can be exchanged once for a token (docs/onna-api.md §1).
 * @throws OnnaError `noSuchAccount`, `signInRefused`, or a network failure
 */
async function signInCode(caller: Caller, address: AccountAddress, signal?: AbortSignal): Promise<string> {
  const url = nodeUrl(address, '', '@oauthgetcode');
  url.searchParams.set('client_id', clientId);
  url.searchParams.set('scope', address.account);
  let json: unknown;
  try {
    json = jsonOf(await caller.call({ method: 'GET', url, signal, retry: true }), 'sign-in code');
  } catch (error) {
    // Requesting a code needs no sign-in, so a 401 means that the container does not have this account
    // (docs/onna-api.md §9).
    const isMissing =
      (isOnnaError(error, 'notFound') && !isNotFromOnna(error.failure)) ||
      isOnnaError(error, 'signedOut') ||
      (isOnnaError(error, 'noPermission') &&
        error.failure.kind === 'noPermission' &&
        error.failure.status === 401);
    if (!isMissing) throw error;
    const { container, account } = address;
    throw new OnnaError({ kind: 'noSuchAccount', container, account }, error.request);
  }
  const parsed = v.safeParse(codeSchema, json);
  const { auth_code: code } = decoded(parsed.success ? parsed.output : undefined, 'sign-in code');
  if (code === null || code === undefined || code === '') throw new OnnaError({ kind: 'signInRefused' });
  return code;
}

/**
 * Checks that a server has an account, before the user enters a password.
 * @param caller A caller without a token source.
 * @throws OnnaError `noSuchAccount`, a network failure, or `signInRefused`. `signInRefused` means that the service
 * returned no code, because the account allows only single sign-on or does not exist.
 */
export async function checkAccount(
  caller: Caller,
  address: AccountAddress,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await signInCode(caller, address, signal);
  } catch (error) {
    if (!isOnnaError(error, 'noSuchAccount') || error.failure.kind !== 'noSuchAccount') throw error;
    const hasContainer = await containerExists(caller, address, signal);
    throw new OnnaError({ ...error.failure, hasContainer }, error.request);
  }
}

/**
 * Whether the container exists. To a request without a token, the service answers 401 if the container
 * exists, and 404 if not.
 */
async function containerExists(
  caller: Caller,
  { baseUrl, container }: AccountAddress,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    await caller.call({
      method: 'GET',
      url: new URL(`${baseUrl}/api/${encodeURIComponent(container)}`),
      signal,
    });
    return true;
  } catch (error) {
    return isOnnaError(error, 'signedOut', 'noPermission');
  }
}

/**
 * Signs in with a password: requests a code, then exchanges it for a token (docs/onna-api.md §1). Even a
 * wrong password uses up the code, so every attempt requests a new code.
 * @param caller A caller without a token source.
 * @returns The token
 * @throws OnnaError `badCredentials`, `userBlocked`, `signInRefused`, `noSuchAccount`, or a network failure.
 */
export async function signIn(
  caller: Caller,
  address: AccountAddress,
  user: string,
  password: string,
  signal?: AbortSignal,
): Promise<string> {
  const code = await signInCode(caller, address, signal);
  try {
    const answer = await caller.call({
      method: 'POST',
      url: authUrl(address, 'get_auth_token'),
      body: {
        grant_type: 'user',
        code,
        username: user,
        password,
        scopes: [address.account],
        client_id: clientId,
      },
      signal,
    });
    refuseWebPage(answer, 'token');
    return decoded(cleanToken(answer.text), 'token');
  } catch (error) {
    if (!isOnnaError(error)) throw error;
    const { failure, request } = error;
    const isRefused = failure.kind === 'signedOut' || failure.kind === 'noPermission';
    // The auth server has no separate status for blocked users, only a text (docs/onna-api.md §1).
    if (isRefused && /\b(blocked|suspended|disabled|locked|deactivated)\b/i.test(failure.message ?? ''))
      throw new OnnaError({ kind: 'userBlocked' }, request);
    if (failure.kind === 'signedOut' || (failure.kind === 'noPermission' && failure.status === 401))
      throw new OnnaError({ kind: 'badCredentials' }, request);
    // Onna never answers 403 (docs/onna-api.md §9), so a 403 may come from a proxy. The password may not have
    // been checked at all.
    if (failure.kind === 'invalid' || failure.kind === 'noPermission')
      throw new OnnaError({ kind: 'signInRefused', message: failure.message }, request);
    throw error;
  }
}

/**
 * The owner of the caller's token, from `/auth/oauth/me`. Undefined if the service does not report it.
 * @throws OnnaError `userBlocked`, or the failure of the call
 */
export async function whoAmI(
  caller: Caller,
  address: AccountAddress,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const url = authUrl(address, 'me');
  url.searchParams.set('scope', address.account);
  try {
    // A POST without side effects, so it may be retried.
    const answer = await caller.call({ method: 'POST', url, signal, retry: true });
    const { login, isBlocked } = decodeMe(jsonOf(answer, 'signed-in user'));
    if (isBlocked) throw new OnnaError({ kind: 'userBlocked' });
    return login;
  } catch (error) {
    if (isOnnaError(error, 'notFound')) return undefined;
    throw error;
  }
}
