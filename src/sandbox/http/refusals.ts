import { randomUUID } from 'node:crypto';
import { Refusal, json, text } from './answer.ts';

// The bodies copy docs/onna-api.md §9, including its inconsistencies, because clients depend on them.

/** One refused field. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

function eid(): string {
  return randomUUID().replaceAll('-', '');
}

/** No token, a malformed token, or (with a login) no permission. The service has no 403. */
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

/** The service refuses an expired token in plain text, not JSON. */
export function expiredToken(): Refusal {
  return new Refusal(text('401: Unauthorized', 401));
}

/** Unknown object or unknown service. */
export function notFound(): Refusal {
  return new Refusal(json({ reason: 'object and/or route not found' }, 404));
}

/** A path that can't be parsed. */
export function badPath(message: string, type: string): Refusal {
  return new Refusal(
    json({ reason: { success: false, exception_message: message, exception_type: type } }, 400),
  );
}

/** A required field is missing. */
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

/** An error of one of the framework's types, raised inside a service. */
function raised(status: number, reason: string, details: string, type: string, message: string): Refusal {
  return new Refusal(json({ reason, details, type, message, eid: eid() }, status));
}

/** The id is already taken in its folder. */
export function conflictId(id: string): Refusal {
  return raised(409, 'conflictId', 'This ID already exists', 'ConflictId', `Conflict ID ${id}`);
}

/** The id breaks the id rules. */
export function invalidId(message: string): Refusal {
  return new Refusal(
    json(
      { reason: 'invalidId', details: message, type: 'InvalidId', error: { type: 'InvalidId', message } },
      412,
    ),
  );
}

/** The object does not support this operation or type. */
export function notAllowed(message: string): Refusal {
  return raised(412, 'notAllowed', message, 'NotAllowed', message);
}

/** Field values that the content type does not accept. */
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

/** The body is not JSON. The service answers 412, not 400. */
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

/** The query or body violates the service's schema. */
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

/** The object is in the wrong state. */
export function preconditionFailed(message: string): Refusal {
  return raised(412, 'preconditionFailed', message, 'PreconditionFailed', message);
}

/** The body exceeds the sandbox's limit. */
export function bodyTooLarge(limitBytes: number): Refusal {
  return new Refusal({
    ...json({ reason: 'payloadTooLarge', message: `The body is larger than ${limitBytes} bytes` }, 413),
    // The rest of the body is not read.
    headers: { connection: 'close' },
  });
}

/** The client sends its body too slowly. */
export function tooSlow(): Refusal {
  return new Refusal({
    ...json({ reason: 'requestTimeout', message: 'The body arrived too slowly' }, 408),
    headers: { connection: 'close' },
  });
}

/** The request comes from another web page. */
export function foreignRequest(): Refusal {
  return new Refusal(
    json({ reason: 'forbidden', message: 'Requests from other origins are not allowed' }, 403),
  );
}

/** The service does not support this method. */
export function methodNotAllowed(allowed: readonly string[]): Refusal {
  return new Refusal({
    ...json({ reason: 'methodNotAllowed', message: `Use ${allowed.join(' or ')}` }, 405),
    headers: { allow: allowed.join(', ') },
  });
}

/** An unexpected error. `eid` identifies it in the log. */
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

/** The 500 that Onna may answer for an expired scroll (docs/onna-api.md §5). */
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

/** A write that the database gave up after its own retries. */
export function writeConflict(): Refusal {
  return new Refusal(json({ summary: 'DB Conflict detected' }, 409));
}

/** A fault requested by a switch, for statuses without a body in docs/onna-api.md §9 (429, 502, 503, …). */
export function plainFault(status: number, retryAfterSeconds: number | undefined): Refusal {
  return new Refusal({ ...text(`${status}: fault`, status), ...retryAfter(retryAfterSeconds) });
}

function retryAfter(seconds: number | undefined): { readonly headers?: Readonly<Record<string, string>> } {
  return seconds === undefined ? {} : { headers: { 'retry-after': String(seconds) } };
}
