import * as v from 'valibot';
import { BadSwitch } from '../switches.ts';
import type { SwitchBoard } from '../switches.ts';
import { empty, json } from './answer.ts';
import type { Answer } from './answer.ts';
import {
  methodNotAllowed,
  notAuthorized,
  notFound,
  preconditionFailed,
  schemaViolation,
} from './refusals.ts';
import { jsonObject } from './jsonObject.ts';
import type { RequestLog } from './requestLog.ts';

/** What can be done to a sandbox from outside that no Onna would let one do. */
export interface Controls {
  readonly switches: SwitchBoard;
  readonly requests: RequestLog;
  /** The user that the sandbox was started with. */
  readonly owner: string;
  setStatus(path: string, syncStatus: string, message: string | undefined): Promise<boolean>;
  expireCredentials(path: string): boolean;
  expireTokens(): void;
}

const statusSchema = v.object({
  path: v.string(),
  sync_status: v.string(),
  sync_message: v.optional(v.string()),
});
const pathSchema = v.object({ path: v.string() });

function parse<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, jsonObject(body));
  if (parsed.success) return parsed.output;
  throw schemaViolation('body', v.getDotPath(parsed.issues[0]) ?? '', parsed.issues[0].message);
}

type Handler = (body: unknown) => Answer | Promise<Answer>;

function handlers(controls: Controls): Readonly<Record<string, Readonly<Record<string, Handler>>>> {
  const { switches, requests } = controls;
  const done = (found: boolean): Answer => {
    if (!found) throw preconditionFailed('Not the path of such a Datasource');
    return empty(204);
  };
  return {
    switches: {
      GET: () => json(switches.state),
      POST: (body) => {
        try {
          return json(switches.set(jsonObject(body)));
        } catch (error) {
          if (error instanceof BadSwitch) throw schemaViolation('body', '', error.message);
          throw error;
        }
      },
    },
    status: {
      POST: async (body) => {
        const { path, sync_status: status, sync_message: message } = parse(statusSchema, body);
        return done(await controls.setStatus(path, status, message));
      },
    },
    expireCredentials: { POST: (body) => done(controls.expireCredentials(parse(pathSchema, body).path)) },
    expireTokens: {
      POST: () => {
        controls.expireTokens();
        return empty(204);
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

/**
 * `/_sandbox/{name}`: for tests and the curious; never failed or slowed by the switches.
 * @throws Refusal 401 for anybody but the sandbox's own user
 */
export async function answerControl(
  controls: Controls,
  name: string,
  method: string,
  login: string | undefined,
  body: () => Promise<unknown>,
): Promise<Answer> {
  if (login !== controls.owner) throw notAuthorized(login, 'Sandbox', 'access');
  const all = handlers(controls);
  const methods = Object.hasOwn(all, name) ? all[name] : undefined;
  if (!methods) throw notFound();
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (!handler) throw methodNotAllowed(Object.keys(methods));
  return handler(await body());
}
