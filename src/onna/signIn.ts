import * as v from 'valibot';
import { authUrl, nodeUrl } from './address.ts';
import type { AccountAddress } from './address.ts';
import { decoded, jsonOf } from './caller.ts';
import type { Caller } from './caller.ts';
import { OnnaError, isOnnaError } from './errors.ts';
import { cleanToken } from './token.ts';
import { decodeMe } from './wire/listing.ts';
import { objectWith } from './wire/values.ts';

const clientId = 'canonical';
const codeSchema = objectWith({ auth_code: v.nullish(v.string()) });

/**
 * Signs in by password: a code, then a token for it (API notes §1). The code is used up even when the
 * password is wrong, so every attempt begins with a new one.
 * @param caller One without a token source.
 * @throws OnnaError `badCredentials`, `signInRefused`, `notFound` (no such account), or a network failure.
 */
export async function signIn(
  caller: Caller,
  address: AccountAddress,
  user: string,
  password: string,
  signal?: AbortSignal,
): Promise<string> {
  const codeUrl = nodeUrl(address, '', '@oauthgetcode');
  codeUrl.searchParams.set('client_id', clientId);
  codeUrl.searchParams.set('scope', address.account);
  const codeAnswer = await caller.call({ method: 'GET', url: codeUrl, signal, retry: true });
  const parsed = v.safeParse(codeSchema, jsonOf(codeAnswer, 'sign-in code'));
  const { auth_code: code } = decoded(parsed.success ? parsed.output : undefined, 'sign-in code');
  if (code === null || code === undefined || code === '') throw new OnnaError({ kind: 'signInRefused' });
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
    return decoded(answer.text.trimStart().startsWith('<') ? undefined : cleanToken(answer.text), 'token');
  } catch (error) {
    if (!isOnnaError(error)) throw error;
    const { failure, request } = error;
    if (failure.kind === 'signedOut' || (failure.kind === 'noPermission' && failure.status === 401)) {
      throw new OnnaError({ kind: 'badCredentials' }, request);
    }
    // A 403 is nothing that the service itself says (API notes §9): the password was perhaps not even looked at.
    if (failure.kind === 'invalid' || failure.kind === 'noPermission')
      throw new OnnaError({ kind: 'signInRefused', message: failure.message }, request);
    throw error;
  }
}

/** Who the caller's token belongs to, from `/auth/oauth/me`. */
export async function whoAmI(
  caller: Caller,
  address: AccountAddress,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const url = authUrl(address, 'me');
  url.searchParams.set('scope', address.account);
  // A POST that only reads.
  const answer = await caller.call({ method: 'POST', url, signal, retry: true });
  return decodeMe(jsonOf(answer, 'signed-in user'));
}
