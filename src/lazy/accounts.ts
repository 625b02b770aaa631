import * as vscode from 'vscode';
import { authenticationProviderId } from '../ids.ts';
import type { Runtime } from '../ui/runtime.ts';

/** Registers the authentication provider. The runtime is loaded when VS Code first requests a session. */
export function registerAccounts(load: () => Promise<Runtime>): vscode.Disposable {
  const changes = new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
  let attached = false;
  const provider = async (): Promise<vscode.AuthenticationProvider> => {
    const { authentication } = await load();
    if (!attached) authentication.onDidChangeSessions((change) => changes.fire(change));
    attached = true;
    return authentication;
  };
  return vscode.authentication.registerAuthenticationProvider(
    authenticationProviderId,
    'Onna',
    {
      onDidChangeSessions: changes.event,
      getSessions: async (scopes, options) => (await provider()).getSessions(scopes, options),
      createSession: async (scopes, options) => (await provider()).createSession(scopes, options),
      removeSession: async (id) => (await provider()).removeSession(id),
    },
    { supportsMultipleAccounts: true },
  );
}
