import * as v from 'valibot';
import type { FieldProblem, OnnaFailure } from '../errors.ts';
import { firstString } from './values.ts';

const bodySchema = v.record(v.string(), v.unknown());
const fieldsSchema = v.array(v.looseObject({ field: v.string(), message: v.fallback(v.string(), '') }));

/** Maximum length of a message from the service, in characters. Messages appear in notifications. */
const messageLimit = 500;
const nameLimit = 100;
const maxFields = 5;

function short(text: string, limit = messageLimit): string {
  return text.length > limit ? `${text.slice(0, limit).toWellFormed()}…` : text;
}

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

/** The most useful message in an error body, in the order of docs/onna-api.md §9. */
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
  return message === undefined || message === '' ? undefined : short(message);
}

/**
 * `Retry-After` in ms from now. The header contains seconds or a date. The date is compared with the `Date`
 * header, because both come from the service's clock.
 */
function parseRetryAfter(headers: ReadonlyMap<string, string>, now: number): number | undefined {
  const value = headers.get('retry-after');
  if (value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  const sentAt = Date.parse(headers.get('date') ?? '');
  const wait = Number.isFinite(seconds)
    ? seconds * 1000
    : Date.parse(value) - (Number.isNaN(sentAt) ? now : sentAt);
  return Number.isFinite(wait) && wait >= 0 ? wait : undefined;
}

function unauthorized(
  body: Readonly<Record<string, unknown>> | undefined,
  message: string | undefined,
): OnnaFailure {
  // A plain text body means that the token has expired. A JSON body with `Anonymous User` means that the
  // token was malformed. A JSON body with the caller's login means that the caller has no permission
  // (docs/onna-api.md §9).
  if (!body)
    return { kind: 'signedOut', ...(message !== undefined && message !== 'Unauthorized' && { message }) };
  const login = firstString(body, ['auth']);
  if (login === 'Anonymous User') return { kind: 'signedOut' };
  if (login !== undefined || body['reason'] === 'unauthorized')
    return {
      kind: 'noPermission',
      status: 401,
      login: login === undefined ? undefined : short(login, nameLimit),
      message,
    };
  return { kind: 'signedOut' };
}

function fieldProblems(body: Readonly<Record<string, unknown>> | undefined): readonly FieldProblem[] {
  const parsed = v.safeParse(fieldsSchema, body?.['deserialization_errors']);
  const parameter = body && firstString(body, ['parameter']);
  const found = parsed.success
    ? parsed.output.slice(0, maxFields)
    : parameter === undefined
      ? []
      : [{ field: parameter, message: firstString(body ?? {}, ['message']) ?? '' }];
  return found.map(({ field, message }) => ({ field: short(field, nameLimit), message: short(message) }));
}

/** The failure for an answer outside 2xx (docs/onna-api.md §9). */
export function failureOf(
  status: number,
  headers: ReadonlyMap<string, string>,
  text: string,
  now: number,
  url: URL,
): OnnaFailure {
  const body = parseJson(text);
  const message = bodyMessage(body, text);
  const retryAfterMs = parseRetryAfter(headers, now);
  const isPage = /^\s*</.test(text) && ({ isPage: true } as const);
  if (status >= 300 && status < 400) return redirected(headers.get('location'), url);
  switch (status) {
    case 401:
      return unauthorized(body, message);
    case 403:
      return { kind: 'noPermission', status: 403, message };
    case 404:
    case 410:
      return { kind: 'notFound', ...isPage };
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
        ? { kind: 'serverError', status, eid: eidOf(body), message, retryAfterMs }
        : { kind: 'unexpectedStatus', status, message, ...isPage };
  }
}

function eidOf(body: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const eid = body && firstString(body, ['eid']);
  return eid === undefined ? undefined : short(eid, nameLimit);
}

function redirected(location: string | undefined, from: URL): OnnaFailure {
  const to = redirectTarget(location, from);
  if (location === undefined || !URL.canParse(location, from.href)) return { kind: 'redirected', to };
  const { origin, pathname } = new URL(location, from);
  return { kind: 'redirected', to, location: origin + pathname };
}

/**
 * The redirect target, without its query, because the query may contain secrets. Only the origin if the
 * target is on another server.
 */
function redirectTarget(location: string | undefined, from: URL): string {
  if (location === undefined || !URL.canParse(location, from.href)) return '?';
  const to = new URL(location, from);
  return short(to.origin === from.origin ? to.origin + to.pathname : to.origin);
}
