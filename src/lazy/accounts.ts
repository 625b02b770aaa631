import * as vscode from 'vscode';
import { authenticationProviderId } from '../ids.ts';
import type { Runtime } from '../ui/runtime.ts';

/** Makes Onna's accounts known to VS Code; what is behind them is loaded when VS Code asks for one. */
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
