import { Emitter, Owner } from '../../base/event.ts';
import type { Clock } from '../../base/clock.ts';
import type { Datasource } from '../datasources/datasource.ts';
import type { StatusTransition, StatusTransitions, StatusWatch } from '../datasources/statusTransitions.ts';
import type { NewsClaims } from './newsClaims.ts';

/** `failing`: the Datasource failed again after a retry. `recovered`: it has synced again after a problem. */
export type NewsKind = 'error' | 'expired' | 'failing' | 'recovered';

/** A change to show in a notification. */
export interface NewsItem {
  readonly kind: NewsKind;
  readonly datasource: Datasource;
}

/** The changes of one connection that share a notification. */
export interface NewsDigest {
  readonly connectionId: string;
  readonly items: readonly NewsItem[];
}

/** The values of the setting `onna.notify`. */
export const newsChoices = ['off', 'attention', 'all'] as const;
export type NewsChoice = (typeof newsChoices)[number];

/** Delay before a notification, in ms, so that Datasources that are read individually share one notification. */
const collectMs = 2_000;
/**
 * Number of consecutive failed attempts before a failure is reported. Most Datasources recover after the
 * first failure.
 */
const persistentFailures = 2;

/** Dependencies of {@link StatusNews}. */
export interface StatusNewsDeps {
  readonly watch: Pick<StatusWatch, 'onDidChange'>;
  readonly claims: Pick<NewsClaims, 'claim'>;
  readonly clock: Clock;
  choice(): NewsChoice;
  onError(error: unknown): void;
}

/**
 * Finds the status changes that deserve a notification, and collects those of about two seconds into one digest per
 * connection.
 */
export class StatusNews extends Owner {
  readonly #deps: StatusNewsDeps;
  readonly #digests = this.register(new Emitter<NewsDigest>());
  readonly onDidHappen = this.#digests.event;
  /** Number of consecutive failed attempts, by connection and Datasource. */
  readonly #failures = new Map<string, number>();
  /** Datasources with a problem that deserved a notification, so that their recovery is reported too. */
  readonly #broken = new Set<string>();
  readonly #pending = new Map<string, Map<string, NewsItem>>();
  /** The number of sign-outs, by connection. */
  readonly #signOuts = new Map<string, number>();
  #cancelTimer: (() => void) | undefined;

  constructor(deps: StatusNewsDeps) {
    super();
    this.#deps = deps;
    this.register(deps.watch.onDidChange((change) => this.#take(change)));
    this.register({ dispose: () => this.#cancelTimer?.() });
  }

  /** Drops all data of a signed-out account. */
  forget(connectionId: string): void {
    this.#pending.delete(connectionId);
    this.#signOuts.set(connectionId, this.#signOutsOf(connectionId) + 1);
    for (const keys of [this.#failures, this.#broken])
      for (const key of [...keys.keys()]) if (key.startsWith(`${connectionId}/`)) keys.delete(key);
  }

  #take({ connectionId, transitions }: StatusTransitions): void {
    for (const transition of transitions) {
      const kind = this.#kindOf(`${connectionId}/${transition.datasource.id}`, transition);
      // A change that happened before this window was opened is not reported.
      if (kind === undefined || transition.isFirst) continue;
      const choice = this.#deps.choice();
      if (choice === 'off' || (kind === 'recovered' && choice !== 'all')) continue;
      const pending = this.#pending.get(connectionId) ?? new Map<string, NewsItem>();
      pending.set(transition.datasource.id, { kind, datasource: transition.datasource });
      this.#pending.set(connectionId, pending);
      this.#cancelTimer ??= this.#deps.clock.after(collectMs, () => this.#tell());
    }
  }

  #kindOf(key: string, { before, datasource }: StatusTransition): NewsKind | undefined {
    const { status, credential, lastResult } = datasource;
    if (status === 'synced') this.#failures.delete(key);
    if (credential === 'expired' && before.credential !== 'expired') {
      this.#broken.add(key);
      return 'expired';
    }
    if (status === 'synced' && credential !== 'expired' && this.#broken.delete(key)) return 'recovered';
    if (status === 'error' && before.status !== 'error') {
      this.#broken.add(key);
      // The expired credentials are the cause and were already reported.
      return credential === 'expired' ? undefined : 'error';
    }
    const isNewFailure =
      status === 'failed' && (before.status !== 'failed' || isNewer(lastResult, before.lastResult));
    if (!isNewFailure) return undefined;
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    if (failures !== persistentFailures) return undefined;
    this.#broken.add(key);
    return 'failing';
  }

  #signOutsOf(connectionId: string): number {
    return this.#signOuts.get(connectionId) ?? 0;
  }

  #tell(): void {
    this.#cancelTimer = undefined;
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const [connectionId, items] of pending)
      this.#tellOf(connectionId, [...items.values()]).catch((error: unknown) => this.#deps.onError(error));
  }

  async #tellOf(connectionId: string, items: readonly NewsItem[]): Promise<void> {
    const keys = new Map(items.map((item) => [keyOf(item), item]));
    const signOuts = this.#signOutsOf(connectionId);
    const own = await this.#deps.claims.claim(connectionId, [...keys.keys()]);
    const told = [...keys].filter(([key]) => own.has(key)).map(([, item]) => item);
    if (this.isDisposed || this.#signOutsOf(connectionId) !== signOuts) return;
    if (told.length > 0) this.#digests.fire({ connectionId, items: told });
  }
}

function isNewer(left: Datasource['lastResult'], right: Datasource['lastResult']): boolean {
  return left !== undefined && left.at !== right?.at;
}

/**
 * The key is the same in all windows, because it contains times from the service and no poll times. The key
 * for a series of failures contains the time of the last success. So a window that started counting later
 * does not report the series again.
 */
function keyOf({ kind, datasource: { id, lastResult, lastSync } }: NewsItem): string {
  const at = kind === 'expired' || kind === 'failing' ? (lastSync ?? lastResult?.at) : lastResult?.at;
  return JSON.stringify([id, kind, at]);
}
