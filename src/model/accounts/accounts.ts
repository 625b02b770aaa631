import type { AccountAddress } from '../../onna/address.ts';
import type { Clock } from '../../base/clock.ts';
import type { TokenSource } from '../../onna/caller.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import { tokenExpiry } from '../../onna/token.ts';
import { connectionTo, type Connection } from './connection.ts';
import { Emitter, Owner, type Disposable, type Event } from '../../base/event.ts';
import { refusalLastsMs, type RenewalOutcome, type RenewalTurn, type RenewalTurns } from './renewalTurns.ts';
import { parseSavedAccount, type SavedAccount } from './savedAccount.ts';
import { unlessAborted } from '../../onna/abort.ts';

/** The part of VS Code's SecretStorage that is used here. `onDidChange` also fires for changes in other windows. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  keys(): PromiseLike<string[]>;
  readonly onDidChange: (listener: (event: { readonly key: string }) => void) => Disposable;
}

/** Exchanges a password for a token. */
export type PasswordSignIn = (
  address: AccountAddress,
  user: string,
  password: string,
  signal?: AbortSignal,
) => Promise<string>;

/** A renewal turn without effect, used when windows can't coordinate. */
const uncoordinatedTurn: RenewalTurn = { settle: () => Promise.resolve() };
/** A token is renewed this long before it expires, in ms (docs/onna-api.md §14.15). */
const renewAheadMs = 60_000;
const keyPrefix = 'onna.connection.';

interface Refusal {
  readonly token: string;
  /** When the token was refused, in ms since 1970. */
  readonly at: number;
  readonly forMs: number;
}

/**
 * The signed-in accounts and their tokens. The data is in SecretStorage, which all windows share; this class keeps a
 * copy.
 */
export class Accounts extends Owner {
  readonly #secrets: SecretStore;
  readonly #signIn: PasswordSignIn;
  readonly #clock: Clock;
  readonly #turns: RenewalTurns | undefined;
  readonly #onError: (error: unknown) => void;
  readonly #changes = this.register(new Emitter<void>());
  /**
   * Fires when an account is added, removed or signed in again, here or in another window, or when another window
   * renews a token.
   */
  readonly onDidChange: Event<void> = this.#changes.event;
  readonly #saved = new Map<string, SavedAccount>();
  readonly #renewals = new Map<string, Promise<string>>();
  /** Sign-ins that are being written to SecretStorage, by connection. */
  readonly #storing = new Map<string, PromiseLike<void>>();
  /** Tokens that the service refused and that could not be renewed, by connection. */
  readonly #refused = new Map<string, Refusal>();
  /**
   * New tokens that had expired or were about to expire on arrival, by connection. The clock of this machine is
   * probably wrong, so the expiry of these tokens is ignored.
   */
  readonly #undated = new Map<string, string>();
  #loaded: Promise<void> | undefined;

  /**
   * @param turns Coordinates token renewal between the windows of a profile. Without it, this window renews alone.
   * @param onError Called when an account that another window changed can't be read.
   */
  constructor(
    secrets: SecretStore,
    signIn: PasswordSignIn,
    clock: Clock,
    turns?: RenewalTurns,
    onError: (error: unknown) => void = () => undefined,
  ) {
    super();
    this.#onError = onError;
    this.#secrets = secrets;
    this.#signIn = signIn;
    this.#clock = clock;
    this.#turns = turns;
    this.register(
      secrets.onDidChange(({ key }) => {
        if (key.startsWith(keyPrefix)) this.#reload(key).catch(this.#onError);
      }),
    );
  }

  /** Reads the connections from SecretStorage, once. */
  async load(): Promise<readonly Connection[]> {
    this.#loaded ??= (async () => {
      const keys = await this.#secrets.keys();
      await Promise.all(keys.filter((key) => key.startsWith(keyPrefix)).map((key) => this.#read(key)));
    })();
    try {
      await this.#loaded;
    } catch (error) {
      this.#loaded = undefined;
      throw error;
    }
    return this.connections();
  }

  connections(): readonly Connection[] {
    return [...this.#saved.values()].map((saved) => connectionTo(saved, saved.user));
  }

  /** Whether the account has a pasted token and no password. */
  isTokenOnly(connectionId: string): boolean {
    return this.#saved.get(connectionId)?.password === undefined;
  }

  /** Signs in and saves the account. @throws OnnaError */
  async addByPassword(
    address: AccountAddress,
    user: string,
    password: string,
    signal?: AbortSignal,
  ): Promise<Connection> {
    const token = await this.#signIn(address, user, password, signal);
    return this.#add({ version: 1, ...plain(address), user, password, token });
  }

  /** Saves an account with a pasted token. The caller must have checked the token. */
  async addByToken(address: AccountAddress, user: string, token: string): Promise<Connection> {
    return this.#add({ version: 1, ...plain(address), user, token });
  }

  /** Signs out: deletes the saved account and its renewal turns. */
  async remove(connectionId: string): Promise<void> {
    this.#saved.delete(connectionId);
    this.#refused.delete(connectionId);
    this.#undated.delete(connectionId);
    await this.#secrets.delete(keyPrefix + connectionId);
    await this.#turns?.forget(connectionId);
    this.#changes.fire();
  }

  /** Supplies tokens to the client of a connection. */
  tokenSource(connectionId: string): TokenSource {
    return {
      token: async (signal) => {
        const saved = this.#saved.get(connectionId);
        if (!saved || this.#isRefused(connectionId, saved.token)) throw new OnnaError({ kind: 'signedOut' });
        // A pasted token is used until the service refuses it, because the service's clock is more reliable than ours.
        const isDated = saved.password !== undefined && this.#undated.get(connectionId) !== saved.token;
        return isDated && this.#isExpiring(saved.token)
          ? this.#renew(connectionId, saved.token, signal)
          : saved.token;
      },
      renew: (refused, signal) => this.#renew(connectionId, refused, signal),
    };
  }

  /** Callers share one renewal per connection. Aborting `signal` stops the wait, not the renewal. */
  #renew(connectionId: string, refused: string, signal: AbortSignal | undefined): Promise<string> {
    let renewal = this.#renewals.get(connectionId);
    if (!renewal) {
      renewal = this.#signInAgain(connectionId, refused).finally(() => this.#renewals.delete(connectionId));
      this.#renewals.set(connectionId, renewal);
    }
    return signal ? unlessAborted(renewal, signal) : renewal;
  }

  async #signInAgain(connectionId: string, refused: string): Promise<string> {
    const isReplaced = async (): Promise<boolean> => {
      await this.#read(keyPrefix + connectionId);
      if (this.isDisposed) throw new OnnaError({ kind: 'cancelled' });
      return this.#saved.get(connectionId)?.token !== refused;
    };
    if (!(await isReplaced())) {
      if (this.isTokenOnly(connectionId)) return this.#refuse(connectionId, refused, refusalLastsMs);
      if (this.#isRefused(connectionId, refused)) throw new OnnaError({ kind: 'signedOut' });
      const turn = await this.#takeTurn(connectionId, refused, isReplaced);
      const saved = this.#saved.get(connectionId);
      if (turn === 'refused') return this.#refuse(connectionId, refused, refusalLastsMs);
      if (turn === 'refusedForGood') return this.#refuse(connectionId, refused, Number.POSITIVE_INFINITY);
      if (turn !== 'replaced' && saved?.token === refused) return this.#renewSaved(connectionId, saved, turn);
    }
    // Another window renewed the token or signed out.
    const saved = this.#saved.get(connectionId);
    if (!saved) throw new OnnaError({ kind: 'signedOut' });
    return saved.token;
  }

  /**
   * Takes the renewal turn. If the shared folder is not usable, each window renews the token itself: renewing twice is
   * better than never.
   */
  async #takeTurn(
    connectionId: string,
    token: string,
    isReplaced: () => Promise<boolean>,
  ): ReturnType<RenewalTurns['take']> {
    try {
      return (await this.#turns?.take(connectionId, token, isReplaced)) ?? uncoordinatedTurn;
    } catch (error) {
      if (isOnnaError(error)) throw error;
      return uncoordinatedTurn;
    }
  }

  async #renewSaved(connectionId: string, saved: SavedAccount, turn: RenewalTurn): Promise<string> {
    let outcome: RenewalOutcome = 'failed';
    try {
      const token = await this.#signIn(saved, saved.user, saved.password ?? '');
      // Read the account again first: change events from other windows arrive late, and data stored by another window
      // must not be overwritten.
      await this.#read(keyPrefix + connectionId);
      // If the user signed out or signed in again during the renewal, the renewed token is discarded.
      if (this.#saved.get(connectionId) !== saved) throw new OnnaError({ kind: 'signedOut' });
      if (this.#isExpiring(token)) this.#undated.set(connectionId, token);
      const renewed = { ...saved, token };
      this.#saved.set(connectionId, renewed);
      await this.#secrets.store(keyPrefix + connectionId, JSON.stringify(renewed));
      outcome = 'renewed';
      return token;
    } catch (error) {
      // A wrong password is not retried until the user signs in again: retries could lock the account.
      if (isOnnaError(error, 'badCredentials')) outcome = 'refusedForGood';
      else if (isOnnaError(error, 'signInRefused', 'userBlocked')) outcome = 'refused';
      else throw error;
      return this.#refuse(
        connectionId,
        saved.token,
        outcome === 'refused' ? refusalLastsMs : Number.POSITIVE_INFINITY,
      );
    } finally {
      await turn.settle(outcome);
    }
  }

  #isExpiring(token: string): boolean {
    const expiry = tokenExpiry(token);
    return expiry !== undefined && expiry - renewAheadMs <= this.#clock.now();
  }

  #refuse(connectionId: string, token: string, forMs: number): never {
    this.#refused.set(connectionId, { token, at: this.#clock.now(), forMs });
    throw new OnnaError({ kind: 'signedOut' });
  }

  #isRefused(connectionId: string, token: string): boolean {
    const refusal = this.#refused.get(connectionId);
    if (refusal?.token !== token) return false;
    // Negative if the clock was set back. In that case a temporary refusal no longer counts.
    const elapsed = this.#clock.now() - refusal.at;
    return refusal.forMs === Number.POSITIVE_INFINITY || (elapsed >= 0 && elapsed < refusal.forMs);
  }

  async #add(saved: SavedAccount): Promise<Connection> {
    const connection = connectionTo(saved, saved.user);
    const { id } = connection;
    const before = this.#saved.get(id);
    this.#saved.set(id, saved);
    this.#refused.delete(id);
    if (this.#isExpiring(saved.token)) this.#undated.set(id, saved.token);
    // Fired before the write, so that the Datasources load while the secret is being stored.
    this.#changes.fire();
    const storing = this.#secrets.store(keyPrefix + id, JSON.stringify(saved));
    this.#storing.set(id, storing);
    try {
      await storing;
    } catch (error) {
      if (this.#saved.get(id) === saved) {
        if (before) this.#saved.set(id, before);
        else this.#saved.delete(id);
        this.#changes.fire();
      }
      throw error;
    } finally {
      if (this.#storing.get(id) === storing) this.#storing.delete(id);
    }
    // If the user signed out during the write, the secret must be deleted too.
    if (!this.#saved.has(id)) await this.#secrets.delete(keyPrefix + id);
    return connection;
  }

  async #read(key: string): Promise<void> {
    const id = key.slice(keyPrefix.length);
    // Without this wait, the account would look missing or outdated while a write is pending.
    await this.#storing.get(id)?.then(undefined, () => undefined);
    const text = await this.#secrets.get(key);
    const saved = text === undefined ? undefined : parseSavedAccount(text);
    if (saved) {
      if (JSON.stringify(saved) !== JSON.stringify(this.#saved.get(id))) this.#saved.set(id, saved);
    } else {
      this.#saved.delete(id);
    }
  }

  async #reload(key: string): Promise<void> {
    const id = key.slice(keyPrefix.length);
    const before = this.#saved.get(id);
    await this.#read(key);
    if (this.isDisposed || this.#saved.get(id) === before) return;
    this.#changes.fire();
  }
}

function plain({ baseUrl, container, account }: AccountAddress): AccountAddress {
  return { baseUrl, container, account };
}
