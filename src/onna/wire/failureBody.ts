import * as v from 'valibot';
import type { FieldProblem, OnnaFailure } from '../errors.ts';
import { firstString } from './values.ts';

const bodySchema = v.record(v.string(), v.unknown());
const fieldsSchema = v.array(v.looseObject({ field: v.string(), message: v.fallback(v.string(), '') }));

/** Messages end up in notifications: longer ones are cut. */
const messageLimit = 500;

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const parsed = v.safeParse(bodySchema, value);
  return parsed.success ? parsed.output : undefined;
}

function parseJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return record(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The best sentence in an error body, in the order of API notes §9. */
function bodyMessage(body: Readonly<Record<string, unknown>> | undefined, text: string): string | undefined {
  let message: string | undefined;
  if (body) {
    const error = record(body['error']);
    const reason = record(body['reason']);
    message =
      (error && firstString(error, ['message'])) ??
      firstString(body, ['message', 'details', 'reason']) ??
      (reason && firstString(reason, ['exception_message'])) ??
      firstString(body, ['summary']);
  } else if (!/^\s*</.test(text)) {
    message = text.trim().replace(/^\d{3}:\s*/, '');
  }
  if (message === undefined || message === '') return undefined;
  return message.length > messageLimit ? `${message.slice(0, messageLimit)}…` : message;
}

/** `Retry-After` as ms from now: seconds or a date. */
function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(wait) && wait >= 0 ? wait : undefined;
}

function unauthorized(
  body: Readonly<Record<string, unknown>> | undefined,
  message: string | undefined,
): OnnaFailure {
  // Plain text: the token has expired. `Anonymous User`: it was malformed. Anything else names the caller (API notes §9).
  if (!body) return { kind: 'signedOut' };
  const login = firstString(body, ['auth']);
  if (login === 'Anonymous User') return { kind: 'signedOut' };
  if (login !== undefined || body['reason'] === 'unauthorized')
    return { kind: 'noPermission', login, message };
  return { kind: 'signedOut' };
}

function fieldProblems(body: Readonly<Record<string, unknown>> | undefined): readonly FieldProblem[] {
  const parsed = v.safeParse(fieldsSchema, body?.['deserialization_errors']);
  if (parsed.success) return parsed.output.map(({ field, message }) => ({ field, message }));
  const parameter = body && firstString(body, ['parameter']);
  return parameter === undefined
    ? []
    : [{ field: parameter, message: firstString(body ?? {}, ['message']) ?? '' }];
}

/** What an answer outside 2xx means (API notes §9). */
export function failureOf(
  status: number,
  headers: ReadonlyMap<string, string>,
  text: string,
  now: number,
): OnnaFailure {
  const body = parseJson(text);
  const message = bodyMessage(body, text);
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), now);
  if (status >= 300 && status < 400) return { kind: 'redirected', to: originOf(headers.get('location')) };
  switch (status) {
    case 401:
      return unauthorized(body, message);
    case 403:
      return { kind: 'noPermission', message };
    case 404:
    case 410:
      return { kind: 'notFound' };
    case 409:
      return body && 'summary' in body ? { kind: 'writeConflict' } : { kind: 'duplicateId', message };
    case 400:
    case 412:
    case 422:
      return { kind: 'invalid', status, message, fields: fieldProblems(body) };
    case 424:
      return { kind: 'authServerDown', message, retryAfterMs };
    case 407:
      return { kind: 'proxy', host: '', status };
    case 429:
      return { kind: 'rateLimited', retryAfterMs };
    default:
      return status >= 500
        ? { kind: 'serverError', status, eid: body && firstString(body, ['eid']), message, retryAfterMs }
        : { kind: 'unexpectedStatus', status, message };
  }
}

function originOf(location: string | undefined): string {
  return location !== undefined && URL.canParse(location) ? new URL(location).origin : '';
}
