import type { Clock } from '../base/clock.ts';
import type { Feature } from '../http/feature.ts';
import type { Stores } from '../store/stores.ts';
import type { SwitchBoard } from '../switches/switchBoard.ts';
import { AuthCodes } from './codes.ts';
import { AuthServer } from './authServer.ts';
import { Consents } from './consents.ts';
import { consentViews } from './consentViews.ts';
import { Tokens } from './tokens.ts';

/**
 * Sign-in with codes, passwords and bearer tokens (docs/onna-api.md §1), and the consent of users at the providers of
 * their Datasources (§5).
 */
export interface AuthFeature extends Feature {
  readonly server: AuthServer;
  readonly tokens: Tokens;
  readonly consents: Consents;
}

export function authFeature(
  stores: Stores,
  options: { readonly account: string; readonly clock: Clock; readonly switches: SwitchBoard },
): AuthFeature {
  const { account, clock, switches } = options;
  const { database, settings, trail, users } = stores;
  const tokens = new Tokens(database, settings, clock, trail);
  const server = new AuthServer({ account, users, codes: new AuthCodes(clock), tokens, switches, trail });
  const consents = new Consents(clock);
  return { views: [server.codeView(), ...consentViews(consents)], server, tokens, consents };
}
