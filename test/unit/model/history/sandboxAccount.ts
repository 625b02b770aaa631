import { Caller } from '../../../../src/onna/caller.ts';
import { OnnaClient } from '../../../../src/onna/client.ts';
import { systemClock } from '../../../../src/base/clock.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { signIn } from '../../sandbox/support/wire.ts';
import type { SandboxLogin } from '../../sandbox/support/wire.ts';

/** The extension's real client, signed in to a sandbox. */
export class SandboxAccount {
  readonly client: OnnaClient;
  /** The token with which the client signs its requests. */
  readonly token: string;
  readonly #transport: UndiciTransport;

  private constructor(login: SandboxLogin, token: string) {
    this.token = token;
    this.#transport = new UndiciTransport(new URL(login.baseUrl), { strictSSL: true, certificates: [] });
    const tokens = { token: () => Promise.resolve(token), renew: () => Promise.resolve(token) };
    const caller = new Caller({
      ...{ transport: this.#transport, tokens, clock: systemClock },
      log: () => undefined,
    });
    this.client = new OnnaClient(login, caller);
  }

  /** @param user The login. If undefined, the sandbox's default user signs in. */
  static async signedIn(login: SandboxLogin, user?: string, password?: string): Promise<SandboxAccount> {
    return new SandboxAccount(login, await signIn(login, user, password));
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
