import * as v from 'valibot';

const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(10 * 365 * 86_400));

/** A number of answers that fail, one after the other, before any work is done for them. */
const burst = v.strictObject({
  status: v.picklist([401, 409, 424, 429, 500, 502, 503, 504]),
  /** How many more. */
  count: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Sent as `Retry-After` where the status has one. */
  retryAfterSeconds: v.optional(seconds),
  /** Only requests whose path contains this. */
  path: v.optional(v.string()),
});

/** The ambiguities and faults of API notes §16. The defaults are what the notes take for likely. */
const entries = {
  /** Added to every answer of the API, in ms. */
  latencyMs: v.pipe(v.number(), v.minValue(0), v.maxValue(600_000)),
  /** How `@getAllChildren` reads `page_size` and `scroll`. */
  childrenMode: v.picklist(['any', 'query', 'getBody', 'postBody']),
  /**
   * How its end looks. `null`, `absent`: so is the cursor, on the page that holds the last item. `emptyPage`: one
   * more page, empty, still with a cursor. `emptyPageNull`: one more page, empty, with a null cursor.
   */
  endOfScroll: v.picklist(['null', 'absent', 'emptyPage', 'emptyPageNull']),
  /** Every page gives the same scroll id, and the position is kept by the service. */
  constantScrollIds: v.boolean(),
  scrollExpirySeconds: seconds,
  /** What an expired scroll answers. */
  scrollExpiryAnswer: v.picklist(['404', '500', 'empty']),
  /** `@oauthgetcode` answers 200 with null. */
  authCodeNull: v.boolean(),
  /** Of tokens given out from now on. */
  tokenLifetimeSeconds: seconds,
  burst: v.nullable(burst),
  updatesAsObject: v.boolean(),
  dataWithoutSyncStatus: v.boolean(),
  /** `@id`s are made with this origin, e.g. `https://inside.example.test`. */
  foreignIdHost: v.nullable(v.pipe(v.string(), v.url())),
  /** Told as the `sync_status` of every Datasource, whatever it is. */
  unknownStatus: v.nullable(v.string()),
  patchIgnoresStatus: v.boolean(),
  /** Actions answer 200 with an empty body that says it is JSON. */
  emptyActionBodies: v.boolean(),
  /** What successful JSON answers look like: as they should, an HTML page, or cut off in the middle. */
  jsonBodies: v.picklist(['normal', 'html', 'truncated']),
};

const schema = v.strictObject(entries);
const changeSchema = v.partial(schema);

export type Switches = Readonly<v.InferOutput<typeof schema>>;
export type SwitchChange = v.InferOutput<typeof changeSchema>;

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

/** The switches as they stand; can be flipped at any time. */
export class SwitchBoard {
  #state: Switches;

  /** @throws BadSwitch */
  constructor(initial: unknown = {}) {
    this.#state = defaultSwitches;
    this.set(initial);
  }

  get state(): Switches {
    return this.#state;
  }

  /** Changes those that are named. @throws BadSwitch */
  set(change: unknown): Switches {
    const parsed = v.safeParse(changeSchema, change);
    if (!parsed.success) throw new BadSwitch(v.summarize(parsed.issues));
    this.#state = { ...this.#state, ...parsed.output };
    return this.#state;
  }

  /** One failure of the burst that is on, if it is for this path: it is used up. */
  takeFailure(
    path: string,
  ): { readonly status: number; readonly retryAfterSeconds: number | undefined } | undefined {
    const { burst: current } = this.#state;
    if (!current || current.count === 0 || !path.includes(current.path ?? '')) return undefined;
    this.#state = {
      ...this.#state,
      burst: current.count === 1 ? null : { ...current, count: current.count - 1 },
    };
    return { status: current.status, retryAfterSeconds: current.retryAfterSeconds };
  }
}
