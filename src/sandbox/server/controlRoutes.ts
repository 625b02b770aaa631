import * as v from 'valibot';
import type { EventLog } from './eventLog.ts';
import type { Overview } from '../page/overview.ts';
import { switchDescriptions } from '../switches/switchDescriptions.ts';
import { BadSwitch, defaultSwitches } from '../switches/switchBoard.ts';
import type { SwitchBoard, Switches } from '../switches/switchBoard.ts';
import { empty, json } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import {
  methodNotAllowed,
  notAuthorized,
  notFound,
  preconditionFailed,
  schemaViolation,
} from '../http/refusals.ts';
import { issueText } from '../base/issueText.ts';
import { jsonObject } from '../http/jsonObject.ts';
import type { RequestLog } from './requestLog.ts';

/** Operations on a sandbox that Onna does not have. */
export interface Controls {
  readonly switches: SwitchBoard;
  readonly requests: RequestLog;
  readonly events: EventLog;
  readonly overview: Overview;
  /** Login of the user that the sandbox was started with. */
  readonly owner: string;
  hasUser(login: string): boolean;
  setStatus(path: string, syncStatus: string, message: string | undefined): Promise<boolean>;
  /** @returns The reason why a run can't start, or undefined on success. */
  sync(path: string): string | undefined;
  expireCredentials(path: string): boolean;
  refreshCredentials(path: string): boolean;
  expireTokens(): void;
  /** @returns Whether the Datasource type exists */
  setRetention(type: string, days: number | undefined): boolean;
}

/** Maximum length of a retention policy, in days. */
const maxRetentionDays = 10 * 365;

/** Maximum log lines in an answer. */
const maxLines = 500;

const statusSchema = v.object({
  path: v.union([v.string(), v.array(v.string())]),
  sync_status: v.string(),
  sync_message: v.optional(v.string()),
});
const pathSchema = v.object({ path: v.string() });
const retentionSchema = v.object({
  type: v.string(),
  days: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxRetentionDays))),
});
const afterSchema = v.optional(
  v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'Not a number'), v.transform(Number)),
  '0',
);

function parse<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, jsonObject(body));
  if (parsed.success) return parsed.output;
  throw schemaViolation('body', v.getDotPath(parsed.issues[0]) ?? '', issueText(parsed.issues[0]));
}

/** A request to a handler. */
interface Call {
  readonly body: unknown;
  readonly query: URLSearchParams;
}

type Handler = (call: Call) => Answer | Promise<Answer>;
type Handlers = Readonly<Record<string, Readonly<Record<string, Handler>>>>;

/**
 * Reads `?login=`, which selects the switches of one user. A request without it uses the common switches.
 * @throws Refusal 412 if there is no such user
 */
function loginIn(query: URLSearchParams, controls: Controls): string | undefined {
  const login = query.get('login') ?? undefined;
  if (login !== undefined && !controls.hasUser(login))
    throw schemaViolation('query', 'login', 'No user has this login');
  return login;
}

function changed(place: 'body' | 'query', change: () => Switches): Answer {
  try {
    return json(change());
  } catch (error) {
    if (error instanceof BadSwitch) throw schemaViolation(place, '', error.message);
    throw error;
  }
}

function switchHandlers(controls: Controls): Handlers {
  const { switches } = controls;
  return {
    switches: {
      GET: ({ query }) => json(switches.of(loginIn(query, controls))),
      POST: ({ body, query }) => {
        const login = loginIn(query, controls);
        return changed('body', () => switches.set(jsonObject(body), login));
      },
      DELETE: ({ query }) => {
        const login = loginIn(query, controls);
        return changed('query', () => switches.reset(login, query.get('name') ?? undefined));
      },
    },
    switchDescriptions: {
      GET: () => json({ descriptions: switchDescriptions, defaults: defaultSwitches }),
    },
  };
}

function viewHandlers({ overview, events, requests }: Controls): Handlers {
  return {
    state: {
      GET: ({ query }) => {
        const cursor = query.get('cursor');
        return cursor === overview.cursor() ? empty(204) : json(overview.state(query.get('find') ?? ''));
      },
    },
    log: {
      GET: ({ query }) => {
        const after = v.safeParse(afterSchema, query.get('after') ?? undefined);
        if (!after.success) throw schemaViolation('query', 'after', issueText(after.issues[0]));
        return json({ items: events.after(after.output, maxLines), last: events.last });
      },
    },
    requests: {
      GET: () => json({ items: requests.list() }),
      DELETE: () => {
        requests.clear();
        return empty(204);
      },
    },
  };
}

function actionHandlers(controls: Controls): Handlers {
  const done = (found: boolean): Answer => {
    if (!found) throw preconditionFailed('There is no suitable Datasource at this path');
    return empty(204);
  };
  return {
    status: {
      POST: async ({ body }) => {
        const { path, sync_status: status, sync_message: message } = parse(statusSchema, body);
        let found = true;
        for (const one of [path].flat()) found = (await controls.setStatus(one, status, message)) && found;
        return done(found);
      },
    },
    sync: {
      POST: ({ body }) => {
        const problem = controls.sync(parse(pathSchema, body).path);
        if (problem !== undefined) throw preconditionFailed(problem);
        return empty(204);
      },
    },
    expireCredentials: {
      POST: ({ body }) => done(controls.expireCredentials(parse(pathSchema, body).path)),
    },
    refreshCredentials: {
      POST: ({ body }) => done(controls.refreshCredentials(parse(pathSchema, body).path)),
    },
    expireTokens: {
      POST: () => {
        controls.expireTokens();
        return empty(204);
      },
    },
    retention: {
      POST: ({ body }) => {
        const { type, days } = parse(retentionSchema, body);
        if (!controls.setRetention(type, days ?? undefined))
          throw schemaViolation('body', 'type', 'There is no such Datasource type');
        return empty(204);
      },
    },
  };
}

/**
 * Answers requests to `/_sandbox/{name}`. The switches never make these requests fail or wait.
 * @throws Refusal 401 unless the caller is the user that the sandbox was started with
 */
export async function answerControl(
  controls: Controls,
  request: {
    readonly name: string;
    readonly method: string;
    readonly query: URLSearchParams;
    readonly login: string | undefined;
    readonly json: () => Promise<unknown>;
  },
): Promise<Answer> {
  const { name, method, query, login } = request;
  if (login !== controls.owner) throw notAuthorized(login, 'Sandbox', 'access');
  const all: Handlers = {
    ...switchHandlers(controls),
    ...viewHandlers(controls),
    ...actionHandlers(controls),
  };
  const methods = Object.hasOwn(all, name) ? all[name] : undefined;
  if (!methods) throw notFound();
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (!handler) throw methodNotAllowed(Object.keys(methods));
  return handler({ body: await request.json(), query });
}
