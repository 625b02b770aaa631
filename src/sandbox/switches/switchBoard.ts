import * as v from 'valibot';
import { issueText } from '../base/issueText.ts';

const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(10 * 365 * 86_400));

/** HTTP statuses that a burst can use for failed requests. */
export const burstStatuses = [401, 409, 424, 429, 500, 502, 503, 504] as const;

/** Allowed values of the switches that have a fixed list of values. */
export const choices = {
  childrenMode: ['any', 'query', 'getBody', 'postBody'],
  endOfScroll: ['null', 'absent', 'emptyPage', 'emptyPageNull'],
  scrollExpiryAnswer: ['404', '500', 'empty'],
  jsonBodies: ['normal', 'html', 'truncated'],
} as const;

/** A burst of failures: the next `count` matching requests fail at once, without any other effect. */
const burst = v.strictObject({
  status: v.picklist(burstStatuses),
  /** Number of remaining failures. */
  count: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Value of the header `Retry-After`, for statuses that have this header. */
  retryAfterSeconds: v.optional(seconds),
  /** Only requests whose path contains this text fail. */
  path: v.optional(v.string()),
});

/**
 * Validators of all switches. The switches control the behavior that docs/onna-api.md §16 lists as ambiguous
 * or faulty. The defaults are the behavior that this document considers likely.
 */
const entries = {
  /** Delay before every answer of the API and the auth server, in ms. */
  latencyMs: v.pipe(v.number(), v.minValue(0), v.maxValue(600_000)),
  /** Where `@getAllChildren` looks for `page_size` and `scroll`. */
  childrenMode: v.picklist(choices.childrenMode),
  /**
   * How a scroll ends. `null`: the page with the last item has a null cursor. `absent`: this page has no
   * cursor. `emptyPage`: this page has a cursor, and an empty page follows. `emptyPageNull`: as `emptyPage`,
   * but the empty page has a null cursor.
   */
  endOfScroll: v.picklist(choices.endOfScroll),
  /** Every page returns the same scroll id, and the service keeps the position. */
  constantScrollIds: v.boolean(),
  scrollExpirySeconds: seconds,
  /** The answer for an expired scroll. */
  scrollExpiryAnswer: v.picklist(choices.scrollExpiryAnswer),
  /** `@oauthgetcode` responds with 200 and a null code. */
  authCodeNull: v.boolean(),
  /** Lifetime of tokens that are issued after this switch was set. */
  tokenLifetimeSeconds: seconds,
  /**
   * Lifetime of credentials that are stored or refreshed after this switch was set. With 0, they never
   * expire.
   */
  credentialLifetimeSeconds: seconds,
  burst: v.nullable(burst),
  updatesAsObject: v.boolean(),
  dataWithoutSyncStatus: v.boolean(),
  /** Origin used in every `@id`, e.g. `https://inside.example.test`. */
  foreignIdHost: v.nullable(v.pipe(v.string(), v.url('A URL is required'))),
  /** If set, `sync_status` of every Datasource has this value, regardless of the real status. */
  unknownStatus: v.nullable(v.string()),
  patchIgnoresStatus: v.boolean(),
  /** Actions respond with 200, an empty body and a JSON content type. */
  emptyActionBodies: v.boolean(),
  /** Body of successful JSON answers: the normal JSON, an HTML page instead, or JSON that is cut off in the middle. */
  jsonBodies: v.picklist(choices.jsonBodies),
  /** Whether large JSON and text answers are compressed for clients that accept gzip or br. */
  compression: v.boolean(),
};

const schema = v.strictObject(entries);
const changeSchema = v.partial(schema);

export type Switches = Readonly<v.InferOutput<typeof schema>>;
export type SwitchChange = v.InferOutput<typeof changeSchema>;

function isSwitchName(name: string): name is keyof Switches {
  return Object.hasOwn(entries, name);
}

/** The initial value of every switch. */
export const defaultSwitches: Switches = {
  latencyMs: 0,
  childrenMode: 'any',
  endOfScroll: 'null',
  constantScrollIds: false,
  scrollExpirySeconds: 60,
  scrollExpiryAnswer: '404',
  authCodeNull: false,
  tokenLifetimeSeconds: 7 * 86_400,
  credentialLifetimeSeconds: 0,
  burst: null,
  updatesAsObject: false,
  dataWithoutSyncStatus: false,
  foreignIdHost: null,
  unknownStatus: null,
  patchIgnoresStatus: false,
  emptyActionBodies: false,
  jsonBodies: 'normal',
  compression: false,
};

/** Thrown for an unknown switch or an invalid value. */
export class BadSwitch extends Error {
  override readonly name = 'BadSwitch';
}

/** The failure that a burst applies to one request. */
interface TakenFailure {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
}

/** Subtracts one failure from a burst. Returns undefined if the burst is off or does not match the path. */
function takeFrom(
  current: Switches['burst'] | undefined,
  path: string,
): { readonly taken: TakenFailure; readonly rest: Switches['burst'] } | undefined {
  if (!current || current.count === 0 || !path.includes(current.path ?? '')) return undefined;
  return {
    taken: { status: current.status, retryAfterSeconds: current.retryAfterSeconds },
    rest: current.count === 1 ? null : { ...current, count: current.count - 1 },
  };
}

/**
 * The current switches, which can change at any time. For requests with a token, the switches of the token's
 * login override the common switches.
 */
export class SwitchBoard {
  #common: Switches = defaultSwitches;
  #own = new Map<string, SwitchChange>();
  #revision = 0;

  /** @throws BadSwitch */
  constructor(initial: unknown = {}) {
    this.set(initial);
  }

  /** The common switches. The own switches of a login override them. */
  get state(): Switches {
    return this.#common;
  }

  /** A number that grows with every change of a switch. */
  get revision(): number {
    return this.#revision;
  }

  /** The switches in effect for a request. @param login Undefined for an anonymous caller. */
  of(login: string | undefined): Switches {
    const own = login === undefined ? undefined : this.#own.get(login);
    return own ? { ...this.#common, ...own } : this.#common;
  }

  /** The switches that are set for single logins, by login. */
  own(): Readonly<Record<string, SwitchChange>> {
    return Object.fromEntries(this.#own);
  }

  /**
   * Changes the given switches, for everybody or for one login.
   * @returns The switches now in effect for that login, or for everybody.
   * @throws BadSwitch
   */
  set(change: unknown, login?: string): Switches {
    const parsed = v.safeParse(changeSchema, change);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      throw new BadSwitch(`${v.getDotPath(issue) ?? 'switches'}: ${issueText(issue)}`);
    }
    if (login === undefined) this.#common = { ...this.#common, ...parsed.output };
    else this.#own.set(login, { ...this.#own.get(login), ...parsed.output });
    this.#revision++;
    return this.of(login);
  }

  /**
   * Resets the common switches to their defaults, or the switches of a login to the common switches.
   * @param name Resets only this switch.
   * @throws BadSwitch
   */
  reset(login?: string, name?: string): Switches {
    if (name !== undefined && !isSwitchName(name)) throw new BadSwitch(`There is no switch '${name}'`);
    this.#revision++;
    if (login === undefined) {
      this.#common =
        name === undefined ? defaultSwitches : { ...this.#common, [name]: defaultSwitches[name] };
      return this.#common;
    }
    const kept = Object.entries(this.#own.get(login) ?? {}).filter(
      ([other]) => name !== undefined && other !== name,
    );
    if (kept.length === 0) this.#own.delete(login);
    else this.#own.set(login, Object.fromEntries(kept));
    return this.of(login);
  }

  /** Subtracts one failure from the burst that is active for this login, if the burst matches the path. */
  takeFailure(path: string, login: string | undefined): TakenFailure | undefined {
    const own = login === undefined ? undefined : this.#own.get(login);
    const failure = takeFrom(own && 'burst' in own ? own.burst : this.#common.burst, path);
    if (!failure) return undefined;
    const { taken, rest } = failure;
    if (login === undefined || !own || !('burst' in own)) this.set({ burst: rest });
    // The login's own burst has ended, so a common burst applies to the login again.
    else if (rest === null) this.reset(login, 'burst');
    else this.set({ burst: rest }, login);
    return taken;
  }
}
