import { randomUUID } from 'node:crypto';
import { Refusal, json, text } from './answer.ts';

// The error bodies match docs/onna-api.md §9, including the service's inconsistencies, because clients depend on them.

/** A field that the service refuses, and the reason. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
  /** The refused value, for a value of the wrong type. */
  readonly details?: string;
}

function eid(): string {
  return randomUUID().replaceAll('-', '');
}

/**
 * If `login` is set, 401 for a missing permission. Otherwise, 401 for a missing or malformed token. The
 * service never sends 403.
 * @param lack `access`: the caller can't see the object. `permission`: the caller lacks the permission of the service.
 */
export function notAuthorized(
  login: string | undefined,
  content: string,
  lack: 'access' | 'permission',
): Refusal {
  return new Refusal(
    json(
      {
        reason:
          lack === 'access' ? 'You are not authorized to access content' : 'You are not authorized to view',
        content: `<${content}>`,
        auth: login ?? 'Anonymous User',
      },
      401,
    ),
  );
}

/** 401 for an expired token. The service sends plain text here, not JSON. */
export function expiredToken(): Refusal {
  return new Refusal(text('401: Unauthorized', 401));
}

/** 404 for an unknown object or service. */
export function notFound(): Refusal {
  return new Refusal(json({ reason: 'object and/or route not found' }, 404));
}

/** 400 for a path with an id that can't be looked up. */
export function badPath(message: string, type: string): Refusal {
  return new Refusal(
    json({ reason: { success: false, exception_message: message, exception_type: type } }, 400),
  );
}

/** 412 for a missing required field. */
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

/** An error that a service raises through the framework. */
function raised(status: number, reason: string, details: string, type: string, message: string): Refusal {
  return new Refusal(json({ reason, details, type, message, eid: eid() }, status));
}

/** 409 for an id that is already used in the same folder. */
export function conflictId(id: string): Refusal {
  return raised(409, 'conflictId', 'This ID already exists', 'ConflictId', `Conflict ID ${id}`);
}

/** 412 for an id that breaks the id rules. */
export function invalidId(message: string): Refusal {
  return new Refusal(
    json(
      {
        ...{ reason: 'invalidId', details: message, type: 'PreconditionFailed' },
        error: { type: 'PreconditionFailed', message },
      },
      412,
    ),
  );
}

/** 412 for an operation or a type that the object does not support. */
export function notAllowed(message: string): Refusal {
  return raised(412, 'notAllowed', message, 'PreconditionFailed', message);
}

/** 412 for a type that does not exist. */
export function unknownType(type: string): Refusal {
  return raised(
    412,
    'deserializationError',
    'Could not deserialize the content',
    'DeserializationError',
    `Invalid type: ${type}`,
  );
}

/** 412 for field values that the content type does not accept. */
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

/** 412 for a body that is missing or not JSON. The service does not use 400 here. */
export function badJson(): Refusal {
  return new Refusal(
    json(
      {
        reason: 'jsonDecodeError',
        details: 'Invalid JSON in the request',
        type: 'PreconditionFailed',
        eid: eid(),
      },
      412,
    ),
  );
}

/** 412 for a query or body that violates the service's schema. */
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

/** 412 for an object in the wrong state. As in the framework, only the message says more. */
export function preconditionFailed(message: string): Refusal {
  return raised(412, 'preconditionFailed', '', 'PreconditionFailed', message);
}

/** 413 for a body that exceeds the sandbox's size limit. */
export function bodyTooLarge(limitBytes: number): Refusal {
  return new Refusal({
    ...json({ reason: 'payloadTooLarge', message: `The body is larger than ${limitBytes} bytes` }, 413),
    // Close the connection, because the rest of the body is not read.
    headers: { connection: 'close' },
  });
}

/** 408 for a client that sends its body too slowly. */
export function tooSlow(): Refusal {
  return new Refusal({
    ...json({ reason: 'requestTimeout', message: 'The body arrived too slowly' }, 408),
    headers: { connection: 'close' },
  });
}

/** 403 for a request from a web page of another origin. */
export function foreignRequest(): Refusal {
  return new Refusal(
    json({ reason: 'forbidden', message: 'Requests from other origins are not allowed' }, 403),
  );
}

/** 405 for a method that no service has. A method that only the requested service does not have gets 404. */
export function unknownMethod(known: readonly string[]): Refusal {
  return new Refusal({ ...json({}, 405), headers: { allow: known.join(',') } });
}

/** 405 for a method that a route of the auth server, or a route that only the sandbox has, does not support. */
export function methodNotAllowed(allowed: readonly string[]): Refusal {
  return new Refusal({
    ...json({ reason: 'methodNotAllowed', message: `Use ${allowed.join(' or ')}` }, 405),
    headers: { allow: allowed.join(', ') },
  });
}

/** 500 for an unexpected error. `eid` identifies the error in the log. */
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

/** 500, which Onna may send for an expired scroll (docs/onna-api.md §5). */
export function brokenScroll(): Refusal {
  return serverError().refusal;
}

/** 424 if the service can't reach its auth server. */
export function authServerDown(retryAfterSeconds: number | undefined): Refusal {
  return new Refusal({
    ...json({ reason: 'userApiTimeout', message: 'The user API did not answer in time' }, 424),
    ...retryAfter(retryAfterSeconds),
  });
}

/** 409 for a write that failed in the database even after retries. */
export function writeConflict(): Refusal {
  return new Refusal(json({ summary: 'DB Conflict detected' }, 409));
}

/**
 * An error that a switch simulates, with a status whose body docs/onna-api.md §9 does not describe (429, 502,
 * 503, …).
 */
export function plainFault(status: number, retryAfterSeconds: number | undefined): Refusal {
  return new Refusal({ ...text(`${status}: fault`, status), ...retryAfter(retryAfterSeconds) });
}

function retryAfter(seconds: number | undefined): { readonly headers?: Readonly<Record<string, string>> } {
  return seconds === undefined ? {} : { headers: { 'retry-after': String(seconds) } };
}
