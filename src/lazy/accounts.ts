import * as vscode from 'vscode';
import { authenticationProviderId } from '../ids.ts';
import type { Runtime } from '../ui/runtime.ts';
import { forwarded, laterEvent } from './forwarded.ts';

type SessionChange = vscode.AuthenticationProviderAuthenticationSessionsChangeEvent;

/** Registers the authentication provider. The runtime is loaded when VS Code first requests a session. */
export function registerAccounts(load: () => Promise<Runtime>): vscode.Disposable {
  const [onDidChangeSessions, accounts] = laterEvent<Runtime['authentication'], SessionChange>(
    async () => (await load()).authentication,
    (part, fire) => part.onDidChangeSessions(fire),
  );
  return vscode.authentication.registerAuthenticationProvider(
    authenticationProviderId,
    'Onna',
    {
      onDidChangeSessions,
      ...forwarded<vscode.AuthenticationProvider, 'getSessions' | 'createSession' | 'removeSession'>(
        accounts,
        'getSessions',
        'createSession',
        'removeSession',
      ),
    },
    { supportsMultipleAccounts: true },
  );
}
