import { Caller, type CallRecord } from '../../../../src/onna/caller.ts';
import { systemClock } from '../../../../src/base/clock.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { signIn, type SandboxLogin } from '../../sandbox/support/wire.ts';

/** Sends requests as the sandbox's own user, and keeps the lines that the extension would log. */
export class CallRecorder {
  readonly log: CallRecord[] = [];
  readonly caller: Caller;
  readonly #transport: UndiciTransport;

  private constructor(login: SandboxLogin, token: string) {
    this.#transport = new UndiciTransport(new URL(login.baseUrl), { strictSSL: true, certificates: [] });
    this.caller = new Caller({
      ...{ transport: this.#transport, clock: systemClock },
      tokens: { token: () => Promise.resolve(token), renew: () => Promise.resolve(token) },
      log: (record) => void this.log.push(record),
    });
  }

  static async signedIn(login: SandboxLogin): Promise<CallRecorder> {
    return new CallRecorder(login, await signIn(login));
  }

  /** The number of requests to a service. */
  count(service: string): number {
    return this.log.filter(({ path }) => path.endsWith(service)).length;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
