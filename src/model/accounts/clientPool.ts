import { Caller, type CallRecord, type CallerOptions, type TokenSource } from '../../onna/caller.ts';
import { OnnaClient } from '../../onna/client.ts';
import type { Clock } from '../../base/clock.ts';
import { OnnaError } from '../../onna/errors.ts';
import { ServerPause } from '../../onna/serverPause.ts';
import { checkAccount, checkServer, signIn, whoAmI } from '../../onna/signIn.ts';
import type { Transport } from '../../onna/transport/transport.ts';
import type { AccountAddress } from '../../onna/address.ts';
import type { Connection } from './connection.ts';
import { Owner } from '../../base/event.ts';

/** Creates the transport to a server. Asynchronous, because undici is loaded on first use. */
type TransportFactory = (baseUrl: string) => Promise<Transport>;

/** The transports and clients in use: one transport per server, one client per connection. */
export class ClientPool extends Owner {
  readonly #createTransport: TransportFactory;
  readonly #clock: Clock;
  readonly #log: (record: CallRecord) => void;
  readonly #transports = new Map<string, Promise<Transport>>();
  readonly #clients = new Map<string, Promise<OnnaClient>>();
  /**
   * The pauses that servers requested, by origin. They outlive the transports, because a `Retry-After` still
   * applies after network settings change.
   */
  readonly #pauses = new Map<string, ServerPause>();

  constructor(createTransport: TransportFactory, clock: Clock, log: (record: CallRecord) => void) {
    super();
    this.#createTransport = createTransport;
    this.#clock = clock;
    this.#log = log;
    this.register({ dispose: () => this.reset() });
  }

  /** The client of a signed-in connection. */
  client(connection: Connection, tokens: TokenSource): Promise<OnnaClient> {
    const known = this.#clients.get(connection.id);
    if (known) return known;
    const client = this.transport(connection.baseUrl).then(
      (transport) =>
        new OnnaClient(connection, new Caller({ transport, tokens, ...this.#common(connection.baseUrl) })),
    );
    this.#clients.set(connection.id, client);
    client.catch(() => this.#clients.delete(connection.id));
    return client;
  }

  /** Signs in with a password. Needs no connection. */
  readonly signIn = async (
    address: AccountAddress,
    user: string,
    password: string,
    signal?: AbortSignal,
  ): Promise<string> => {
    return signIn(await this.#anonymous(address.baseUrl), address, user, password, signal);
  };

  /**
   * Checks that an Onna server answers at `baseUrl`, without signing in.
   * @throws OnnaError if the check fails
   */
  async checkServer(baseUrl: string, signal?: AbortSignal): Promise<void> {
    await checkServer(await this.#anonymous(baseUrl), baseUrl, signal);
  }

  /** Checks that the server has this account, without signing in. @throws OnnaError if the check fails */
  async checkAccount(address: AccountAddress, signal?: AbortSignal): Promise<void> {
    await checkAccount(await this.#anonymous(address.baseUrl), address, signal);
  }

  /** The user who owns a token; undefined if the service doesn't report it. */
  async ownerOf(address: AccountAddress, token: string, signal?: AbortSignal): Promise<string | undefined> {
    const transport = await this.transport(address.baseUrl);
    const tokens = {
      token: () => Promise.resolve(token),
      renew: () => Promise.reject(new OnnaError({ kind: 'signedOut' })),
    };
    const caller = new Caller({ transport, tokens, ...this.#common(address.baseUrl) });
    return whoAmI(caller, address, signal);
  }

  transport(baseUrl: string): Promise<Transport> {
    const { origin } = new URL(baseUrl);
    let transport = this.#transports.get(origin);
    if (!transport) {
      transport = this.#createTransport(baseUrl);
      this.#transports.set(origin, transport);
      // If the creation fails, the next call tries again.
      transport.catch(() => this.#transports.delete(origin));
    }
    return transport;
  }

  /** Drops a connection's client after a sign-out. */
  forget(connectionId: string): void {
    this.#clients.delete(connectionId);
  }

  /** Closes all transports, for instance when proxy settings change. The next request opens new ones. */
  reset(): void {
    const transports = [...this.#transports.values()];
    this.#transports.clear();
    this.#clients.clear();
    for (const transport of transports) {
      transport.then(
        (created) => created.close(),
        () => undefined,
      );
    }
  }

  async #anonymous(baseUrl: string): Promise<Caller> {
    return new Caller({
      transport: await this.transport(baseUrl),
      ...this.#common(baseUrl),
    });
  }

  #common(baseUrl: string): Pick<CallerOptions, 'clock' | 'log' | 'pause'> {
    const { origin } = new URL(baseUrl);
    let pause = this.#pauses.get(origin);
    if (!pause) this.#pauses.set(origin, (pause = new ServerPause(this.#clock)));
    return { clock: this.#clock, log: this.#log, pause };
  }
}
