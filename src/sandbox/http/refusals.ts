import { randomUUID } from 'node:crypto';
import { Refusal, json, text } from './answer.ts';

// The bodies are those of docs/onna-api.md §9, inconsistencies included: clients are written against them.

/** One refused field. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

function eid(): string {
  return randomUUID().replaceAll('-', '');
}

/** No token, a malformed one, or (with a login) no permission: there is no 403. */
export function notAuthorized(login: string | undefined, content: string, verb: 'access' | 'view'): Refusal {
  return new Refusal(
    json(
      {
        reason: `You are not authorized to ${verb} content`,
        content: `<${content}>`,
        auth: login ?? 'Anonymous User',
      },
      401,
    ),
  );
}

/** An expired token is refused before any JSON is made. */
export function expiredToken(): Refusal {
  return new Refusal(text('401: Unauthorized', 401));
}

/** Refused inside of a service. */
export function actionNotAuthorized(message: string): Refusal {
  return new Refusal(
    json(
      {
        reason: 'unauthorized',
        details: 'Not authorized to execute action',
        type: 'Unauthorized',
        message: `Unauthorized('${message}')`,
        eid: eid(),
      },
      401,
    ),
  );
}

/** An unknown object, or an unknown service of one. */
export function notFound(): Refusal {
  return new Refusal(json({ reason: 'object and/or route not found' }, 404));
}

/** A path that can't be walked at all. */
export function badPath(message: string, type: string): Refusal {
  return new Refusal(
    json({ reason: { success: false, exception_message: message, exception_type: type } }, 400),
  );
}

/** A field that has to be there is not. */
export function requiredParameter(name: string): Refusal {
  const message = `Property '${name}' is required`;
  return new Refusal(
    json(
      {
        reason: 'requiredParamMissing',
        details: 'Required parameter is missing',
        type: 'RequiredParam',
        error: { type: 'RequiredParam', message },
      },
      412,
    ),
  );
}

/** An error of the framework's own kinds, raised inside a service. */
function raised(status: number, reason: string, details: string, type: string, message: string): Refusal {
  return new Refusal(json({ reason, details, type, message, eid: eid() }, status));
}

/** An id that is taken in its folder. */
export function conflictId(id: string): Refusal {
  return raised(409, 'conflictId', 'This ID already exists', 'ConflictId', `Conflict ID ${id}`);
}

/** An id that breaks the rules. */
export function invalidId(message: string): Refusal {
  return new Refusal(
    json(
      { reason: 'invalidId', details: message, type: 'InvalidId', error: { type: 'InvalidId', message } },
      412,
    ),
  );
}

/** What this object does not take. */
export function notAllowed(message: string): Refusal {
  return raised(412, 'notAllowed', message, 'NotAllowed', message);
}

/** Values that the content type does not take. */
export function fieldErrors(errors: readonly FieldError[]): Refusal {
  return new Refusal(
    json(
      {
        reason: 'deserializationError',
        details: 'Could not deserialize the content',
        type: 'DeserializationError',
        message: errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
        deserialization_errors: errors,
        eid: eid(),
      },
      412,
    ),
  );
}

/** A body that is no JSON is 412, not 400. */
export function badJson(message: string): Refusal {
  return new Refusal(
    json(
      {
        reason: 'jsonDecodeError',
        details: 'Invalid JSON in the request',
        type: 'JSONDecodeError',
        message,
        eid: eid(),
      },
      412,
    ),
  );
}

/** A query or body that the service's schema does not allow. */
export function schemaViolation(
  place: 'query' | 'body',
  parameter: string,
  message: string,
  schema: Readonly<Record<string, unknown>> = {},
): Refusal {
  return new Refusal(
    json({ reason: 'json schema validation error', message, path: [], in: place, parameter, schema }, 412),
  );
}

/** The object is not in a state for this. */
export function preconditionFailed(message: string): Refusal {
  return raised(412, 'preconditionFailed', message, 'PreconditionFailed', message);
}

/** More bytes than the sandbox reads. */
export function bodyTooLarge(limitBytes: number): Refusal {
  return new Refusal({
    ...json({ reason: 'payloadTooLarge', message: `The body may have ${limitBytes} bytes at most` }, 413),
    // What is still under way is not read any more.
    headers: { connection: 'close' },
  });
}

/** The client takes too long to send what it began to. */
export function tooSlow(): Refusal {
  return new Refusal({
    ...json({ reason: 'requestTimeout', message: 'The body came too slowly' }, 408),
    headers: { connection: 'close' },
  });
}

/** Sent by a web page that is not the sandbox's own. */
export function foreignRequest(): Refusal {
  return new Refusal(
    json({ reason: 'forbidden', message: 'Pages of other origins have no business here' }, 403),
  );
}

/** The method is not one that this service answers to. */
export function methodNotAllowed(allowed: readonly string[]): Refusal {
  return new Refusal({
    ...json({ reason: 'methodNotAllowed', message: `Use ${allowed.join(' or ')}` }, 405),
    headers: { allow: allowed.join(', ') },
  });
}

/** Something broke; `eid` finds it in the log. */
export function serverError(): { readonly refusal: Refusal; readonly eid: string } {
  const id = eid();
  return {
    eid: id,
    refusal: new Refusal(
      json(
        {
          message: `Error on execution of view ${id}`,
          reason: 'unknownError',
          details: 'Unknown error',
          eid: id,
        },
        500,
      ),
    ),
  };
}

/** The expired scroll that Onna may answer 500 to (docs/onna-api.md §5). */
export function brokenScroll(): Refusal {
  return serverError().refusal;
}

/** The auth server can't be reached. */
export function authServerDown(retryAfterSeconds: number | undefined): Refusal {
  return new Refusal({
    ...json({ reason: 'userApiTimeout', message: 'The user API did not answer in time' }, 424),
    ...retryAfter(retryAfterSeconds),
  });
}

/** The database gave up on a write after its own retries. */
export function writeConflict(): Refusal {
  return new Refusal(json({ summary: 'DB Conflict detected' }, 409));
}

/** A fault that was asked for by a switch, whose body docs/onna-api.md §9 does not describe (429, 502, 503, 504, …). */
export function plainFault(status: number, retryAfterSeconds: number | undefined): Refusal {
  return new Refusal({ ...text(`${status}: fault`, status), ...retryAfter(retryAfterSeconds) });
}

function retryAfter(seconds: number | undefined): { readonly headers?: Readonly<Record<string, string>> } {
  return seconds === undefined ? {} : { headers: { 'retry-after': String(seconds) } };
}
