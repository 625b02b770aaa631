import { empty, json } from '../http/answer.ts';
import { jsonObject } from '../http/jsonObject.ts';
import { fieldErrors, preconditionFailed } from '../http/refusals.ts';
import type { FieldError } from '../http/refusals.ts';
import { isDatasource } from '../http/view.ts';
import type { ServiceView, Target, ViewRequest } from '../http/view.ts';
import type { Consents } from '../auth/consents.ts';
import type { Tokens } from '../auth/tokens.ts';
import type { DatasourceStore } from '../store/datasources.ts';
import type { WalletStore } from '../store/wallet.ts';
import type { SyncEngine } from './engine.ts';

/** GET `@sendToSpyder?force=true` starts a sync (docs/onna-api.md §5). */
export function sendToSpyderView(engine: SyncEngine, datasources: DatasourceStore): ServiceView {
  return {
    name: '@sendToSpyder',
    methods: ['GET'],
    permission: 'onna.SendToSpyder',
    appliesTo: isDatasource,
    isAction: true,
    answer({ target, query, login }: ViewRequest) {
      const { id } = target.node;
      const problem = engine.request(id, query.get('force') === 'true', login);
      if (problem !== undefined) throw preconditionFailed(problem);
      return json({ sync_status: datasources.byId(id)?.syncStatus ?? null });
    },
  };
}

/** Minimum length of a secret. Shorter secrets are rejected, because they are probably typing errors. */
const minSecret = 4;

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/**
 * Checks the two fields of the body that are named like headers (docs/onna-api.md §5 and §17). The error
 * messages never contain a value.
 */
async function bodyProblems(body: Readonly<Record<string, unknown>>, tokens: Tokens): Promise<FieldError[]> {
  const problems: FieldError[] = [];
  const secret = nonEmpty(body['X-Auth-Secret']);
  if (secret === undefined)
    problems.push({ field: 'X-Auth-Secret', message: 'A non-empty string is required' });
  else if (secret.length < minSecret)
    problems.push({ field: 'X-Auth-Secret', message: 'The secret is too short' });
  const authorization = nonEmpty(body['Authorization']);
  const token = /^Bearer\s+(\S+)$/.exec(authorization ?? '')?.[1];
  if (authorization === undefined) {
    problems.push({ field: 'Authorization', message: 'A non-empty string is required' });
  } else if (token === undefined || (await tokens.check(token)).kind !== 'valid') {
    problems.push({ field: 'Authorization', message: 'Must be "Bearer " and a valid token' });
  }
  return problems;
}

function walletEntryOf(target: Target): string | undefined {
  if (target.kind !== 'node') return undefined;
  return target.node.type === 'WalletEntry' ? target.node.uid : target.datasource?.walletEntry;
}

function mayHaveCredentials(target: Target): boolean {
  return isDatasource(target) || walletEntryOf(target) !== undefined;
}

/** @throws Refusal 412 */
function requireWalletEntry(target: Target): string {
  const walletEntry = walletEntryOf(target);
  if (walletEntry === undefined) throw preconditionFailed('This Datasource uses no stored credentials');
  return walletEntry;
}

/**
 * POST `@updateServiceCredentials?auth_code=` completes an authorization at the origin. The response is 204, or 412 for
 * a wrong code (docs/onna-api.md §5). A code is wrong if it was used before, has expired, or belongs to another user or
 * provider.
 */
export function updateCredentialsView(
  engine: SyncEngine,
  wallet: WalletStore,
  consents: Consents,
): ServiceView {
  return {
    name: '@updateServiceCredentials',
    methods: ['POST'],
    permission: 'guillotina.ModifyContent',
    appliesTo: mayHaveCredentials,
    isAction: true,
    answer({ target, query, login, switches }: ViewRequest) {
      const walletEntry = requireWalletEntry(target);
      if (!consents.use(query.get('auth_code') ?? '', login, wallet.typeOf(walletEntry) ?? ''))
        throw preconditionFailed('Invalid auth_code');
      engine.renewCredentials(walletEntry, switches.credentialLifetimeSeconds, login);
      return empty(204);
    },
  };
}

/** POST `@refreshServiceCredentials` renews the credentials of a Datasource or a wallet entry. */
export function refreshCredentialsView(engine: SyncEngine, tokens: Tokens): ServiceView {
  return {
    name: '@refreshServiceCredentials',
    methods: ['POST'],
    permission: 'guillotina.ModifyContent',
    appliesTo: mayHaveCredentials,
    isAction: true,
    async answer({ target, login, json: readBody, switches }: ViewRequest) {
      const problems = await bodyProblems(jsonObject(await readBody()), tokens);
      if (problems.length > 0) throw fieldErrors(problems);
      const walletEntry = requireWalletEntry(target);
      engine.renewCredentials(walletEntry, switches.credentialLifetimeSeconds, login);
      return json({ wallet_entry: walletEntry, credential_state: 'valid' });
    },
  };
}
