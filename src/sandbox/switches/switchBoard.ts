import * as v from 'valibot';
import { issueText } from '../base/issueText.ts';

const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(10 * 365 * 86_400));

/** What a burst can fail with. */
export const burstStatuses = [401, 409, 424, 429, 500, 502, 503, 504] as const;

/** The values of the switches that are one of several. */
export const choices = {
  childrenMode: ['any', 'query', 'getBody', 'postBody'],
  endOfScroll: ['null', 'absent', 'emptyPage', 'emptyPageNull'],
  scrollExpiryAnswer: ['404', '500', 'empty'],
  jsonBodies: ['normal', 'html', 'truncated'],
} as const;

/** A number of answers that fail, one after the other, before any work is done for them. */
const burst = v.strictObject({
  status: v.picklist(burstStatuses),
  /** How many more. */
  count: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Sent as `Retry-After` where the status has one. */
  retryAfterSeconds: v.optional(seconds),
  /** Only requests whose path contains this. */
  path: v.optional(v.string()),
});

/** The ambiguities and faults of docs/onna-api.md §16. The defaults are what the notes take for likely. */
const entries = {
  /** Added to every answer of the API, in ms. */
  latencyMs: v.pipe(v.number(), v.minValue(0), v.maxValue(600_000)),
  /** How `@getAllChildren` reads `page_size` and `scroll`. */
  childrenMode: v.picklist(choices.childrenMode),
  /**
   * How its end looks. `null`, `absent`: so is the cursor, on the page that holds the last item. `emptyPage`: one
   * more page, empty, still with a cursor. `emptyPageNull`: one more page, empty, with a null cursor.
   */
  endOfScroll: v.picklist(choices.endOfScroll),
  /** Every page gives the same scroll id, and the position is kept by the service. */
  constantScrollIds: v.boolean(),
  scrollExpirySeconds: seconds,
  /** What an expired scroll answers. */
  scrollExpiryAnswer: v.picklist(choices.scrollExpiryAnswer),
  /** `@oauthgetcode` answers 200 with null. */
  authCodeNull: v.boolean(),
  /** Of tokens given out from now on. */
  tokenLifetimeSeconds: seconds,
  /** Of credentials stored or refreshed from now on; 0: they never end. */
  credentialLifetimeSeconds: seconds,
  burst: v.nullable(burst),
  updatesAsObject: v.boolean(),
  dataWithoutSyncStatus: v.boolean(),
  /** `@id`s are made with this origin, e.g. `https://inside.example.test`. */
  foreignIdHost: v.nullable(v.pipe(v.string(), v.url('A URL is required'))),
  /** Told as the `sync_status` of every Datasource, whatever it is. */
  unknownStatus: v.nullable(v.string()),
  patchIgnoresStatus: v.boolean(),
  /** Actions answer 200 with an empty body that says it is JSON. */
  emptyActionBodies: v.boolean(),
  /** What successful JSON answers look like: as they should, an HTML page, or cut off in the middle. */
  jsonBodies: v.picklist(choices.jsonBodies),
};

const schema = v.strictObject(entries);
const changeSchema = v.partial(schema);

export type Switches = Readonly<v.InferOutput<typeof schema>>;
export type SwitchChange = v.InferOutput<typeof changeSchema>;

function isSwitchName(name: string): name is keyof Switches {
  return Object.hasOwn(entries, name);
}

/** How the sandbox behaves unless told otherwise. */
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
};

/** Thrown when a change names no switch, or gives one a value it can't have. */
export class BadSwitch extends Error {
  override readonly name = 'BadSwitch';
}

/** What is done to one request, if a burst is on. */
export interface TakenFailure {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
}

/** One failure less; undefined when it is not for this path. */
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
 * The switches as they stand; can be flipped at any time. Those that are set for a login hold for the requests that
 * bear a token of it, in place of the common ones.
 */
export class SwitchBoard {
  #common: Switches = defaultSwitches;
  #own = new Map<string, SwitchChange>();
  #revision = 0;

  /** @throws BadSwitch */
  constructor(initial: unknown = {}) {
    this.set(initial);
  }

  /** Those of everybody who has none of their own. */
  get state(): Switches {
    return this.#common;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Those that hold for a request. @param login undefined: nobody's */
  of(login: string | undefined): Switches {
    const own = login === undefined ? undefined : this.#own.get(login);
    return own ? { ...this.#common, ...own } : this.#common;
  }

  /** What is set for single logins. */
  own(): Readonly<Record<string, SwitchChange>> {
    return Object.fromEntries(this.#own);
  }

  /**
   * Changes those that are named, for everybody or for one login.
   * @returns Those that hold for it now.
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
   * The common ones go back to their defaults, those of a login to the common ones.
   * @param name Only this one.
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

  /** One failure of the burst that is on for this login, if it is for this path: it is used up. */
  takeFailure(path: string, login: string | undefined): TakenFailure | undefined {
    const own = login === undefined ? undefined : this.#own.get(login);
    const failure = takeFrom(own && 'burst' in own ? own.burst : this.#common.burst, path);
    if (!failure) return undefined;
    const { taken, rest } = failure;
    if (login === undefined || !own || !('burst' in own)) this.set({ burst: rest });
    // Its own is over: a common one that is on is met again.
    else if (rest === null) this.reset(login, 'burst');
    else this.set({ burst: rest }, login);
    return taken;
  }
}
