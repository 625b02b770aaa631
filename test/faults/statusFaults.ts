import { status } from './fault.ts';
import type { Fault } from './fault.ts';

const hour = 3_600_000;
const eid = 'c0ffee5be10f7c2a9d4c60a1f3e8d27b';
const refused = {
  reason: 'You are not authorized to access content',
  content: '<Container at /db/lumenfjord>',
};

/** A fault for each row of docs/onna-api.md §9, and faults for the error responses of gateways. */
export const statusFaults: readonly Fault[] = [
  status('400: the service cannot resolve the path', 400, {
    reason: { success: false, exception_message: 'Bad path', exception_type: 'ValueError' },
  }),
  status(
    '401: the token belongs to no user',
    401,
    { ...refused, auth: 'Anonymous User' },
    { kind: 'signedOut' },
  ),
  status(
    '401: the user has no permission',
    401,
    { ...refused, auth: 'ines@lumenfjord.test' },
    { kind: 'noPermission' },
  ),
  status('401 in plain text: the token has expired', 401, '401: Unauthorized', { kind: 'signedOut' }),
  status(
    '401: the endpoint denies permission',
    401,
    {
      reason: 'unauthorized',
      details: 'Not authorized to execute action',
      type: 'Unauthorized',
      message: 'Unauthorized(‘onna.SendToSpyder’)',
      eid,
    },
    { kind: 'noPermission' },
  ),
  status('403', 403, { reason: 'forbidden' }),
  status('404', 404, { reason: 'object and/or route not found' }),
  status('404 with an empty JSON object', 404, {}),
  status(
    '409: the id already exists',
    409,
    {
      reason: 'conflictId',
      details: 'This ID already exists',
      type: 'ConflictId',
      message: 'Conflict ID wiki',
      eid,
    },
    { kind: 'duplicateId' },
  ),
  status('409: a write conflict', 409, { summary: 'DB conflict detected' }, { kind: 'writeConflict' }),
  status('412: a required property is missing', 412, {
    reason: 'requiredParamMissing',
    details: 'Required param missing',
    type: 'RequiredParam',
    error: { type: 'RequiredParam', message: 'Property ‘@type’ is required' },
  }),
  status('412: a field has an invalid value', 412, {
    reason: 'deserializationError',
    details: 'Could not deserialize the content',
    type: 'DeserializationError',
    message: 'Errors',
    deserialization_errors: [{ field: 'type_sync', message: 'Not one of auto, one, arch' }],
    eid,
  }),
  status('412: the request contains invalid JSON', 412, {
    reason: 'jsonDecodeError',
    details: 'Invalid JSON',
  }),
  status('412: the type is not allowed', 412, { reason: 'notAllowed', message: 'Not allowed here' }),
  status('412: a precondition failed', 412, { reason: 'preconditionFailed', details: 'Precondition failed' }),
  status('412: a query parameter is invalid', 412, {
    reason: 'json schema validation error',
    message: '‘x’ is not of type ‘number’',
    path: [],
    in: 'query',
    parameter: 'page_size',
    schema: { type: 'number' },
  }),
  status('417', 417, { reason: 'unretriableRequest' }),
  status('428', 428, { reason: 'preconditionRequired', message: 'User exists' }),
  status('499', 499, ''),
  status('424: the user API is slow', 424, { reason: 'userApiTimeout', message: 'User API timed out' }),
  status('424: the auth server is down', 424, {
    reason: 'oauthServerFailure',
    message: 'OAuth server failure',
  }),
  status('424, Retry-After 3 s', 424, { reason: 'oauthServerFailure' }, { headers: { 'retry-after': '3' } }),
  status(
    '424, Retry-After 2 min',
    424,
    { reason: 'oauthServerFailure' },
    { headers: { 'retry-after': '120' } },
  ),
  status('429', 429, ''),
  status('429, Retry-After 3 s', 429, '', { headers: { 'retry-after': '3' } }),
  status('429, Retry-After 2 min', 429, '', { headers: { 'retry-after': '120' } }),
  status('500 with an error id', 500, {
    message: `Error on execution of view ${eid}`,
    reason: 'unknownError',
    details: 'Exception',
    eid,
  }),
  {
    name: '500 with a web page of 3 MB',
    kinds: ['serverError'],
    answer: ({ response }) =>
      response.writeHead(500, { 'content-type': 'text/html' }).end(`<pre>${'x'.repeat(3 << 20)}`),
  },
  status('502 with a web page', 502, '<html><body><h1>Bad gateway</h1>'),
  status('503', 503, 'Service unavailable'),
  status('503, Retry-After 3 s', 503, 'Service unavailable', { headers: { 'retry-after': '3' } }),
  status('503, Retry-After 2 min', 503, 'Service unavailable', { headers: { 'retry-after': '120' } }),
  ...[2, -2].map((hours): Fault => {
    const side = hours > 0 ? 'ahead' : 'behind';
    return {
      name: `503, Retry-After as a date in 2 min, client clock 2 h ${side}`,
      clockAheadMs: hours * hour,
      kinds: ['serverError', 'rateLimited'],
      answer: ({ response, serviceTime }) =>
        response
          .writeHead(503, {
            date: new Date(serviceTime).toUTCString(),
            'retry-after': new Date(serviceTime + 120_000).toUTCString(),
          })
          .end(),
    };
  }),
  ...[2, -2].map((hours): Fault => {
    const side = hours > 0 ? 'ahead' : 'behind';
    return {
      name: `no fault, client clock 2 h ${side}`,
      clockAheadMs: hours * hour,
      answer: ({ response, healthy }) =>
        response
          .writeHead(healthy.status, healthy.body === '' ? {} : { 'content-type': healthy.contentType })
          .end(healthy.body),
    };
  }),
];
