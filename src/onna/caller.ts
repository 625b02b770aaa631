import { delay, type Clock } from '../base/clock.ts';
import { OnnaError, isOnnaError, retryAfterMs, type FailedRequest } from './errors.ts';
import { ServerPause } from './serverPause.ts';
import { readText } from './transport/body.ts';
import { sendWithin } from './transport/timeouts.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport/transport.ts';
import { failureOf } from './wire/failureBody.ts';

/** The data of one log line. Contains no headers, query string or body. */
export interface CallRecord {
  readonly method: string;
  readonly path: string;
  /** The HTTP status; undefined when no answer arrived. */
  readonly status: number | undefined;
  readonly durationMs: number;
  readonly error?: OnnaError;
}

/** Provides the token of a connection, and a new token after the service has rejected the old one. */
export interface TokenSource {
  token(signal?: AbortSignal): Promise<string>;
  /** Returns a token other than `refused`. Concurrent calls share one renewal. */
  renew(refused: string, signal?: AbortSignal): Promise<string>;
}

/** One call, with its retry rule and limits. */
export interface Call {
  readonly method: TransportRequest['method'];
  readonly url: URL;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent unchanged instead of `body`. `headers` must contain their content type. */
  readonly bytes?: Uint8Array;
  /** Used instead of `body` when the body must contain the bearer token. Called again after a token renewal. */
  readonly bodyWith?: (token: string) => unknown;
  readonly signal?: AbortSignal;
  /**
   * `true`: the call is retried after a transient failure. Allowed only for reads without side effects, never for
   * actions. `unprocessed`: the call is retried only if the service can't have processed it. Needed for reads that
   * advance a cursor in the service.
   */
  readonly retry?: boolean | 'unprocessed';
  /** Timeout for the answer's status and headers. Default 30 s. */
  readonly answerTimeoutMs?: number;
  /** Maximum size of the body after decompression. Default 32 MiB. */
  readonly limitBytes?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer in the 2xx range with its complete body. */
interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

const answerTimeoutMs = 30_000;
/** Timeout for the answer to an action, in ms. Actions are slow (docs/onna-api.md §14.20). */
const actionTimeoutMs = 60_000;
/** Timeout for the next chunk of a body. */
const pauseTimeoutMs = 30_000;
/** Timeout for a complete answer: enough for 32 MiB at 280 kB/s. Does not apply to downloads. */
const wholeTimeoutMs = 120_000;
const retryDelaysMs = [400, 1_600];
const maxRetryWaitMs = 10_000;
const transient = ['authServerDown', 'writeConflict', 'rateLimited'] as const;

/** The dependencies of a {@link Caller}. */
export interface CallerOptions {
  readonly transport: Transport;
  /** If absent, calls are sent without a token. */
  readonly tokens?: TokenSource;
  readonly clock: Clock;
  readonly log: (record: CallRecord) => void;
  /** Shared by all callers of a server. Default: a new one. */
  readonly pause?: ServerPause;
}

/** Sends calls over a transport: adds the token, resends once after a token renewal, retries reads, logs each call. */
export class Caller {
  readonly #transport: Transport;
  readonly #tokens: TokenSource | undefined;
  readonly #clock: Clock;
  readonly #log: (record: CallRecord) => void;
  readonly #isBackground: boolean;
  readonly #options: CallerOptions;
  /** The pause that the server requested with `Retry-After`. */
  readonly pause: ServerPause;

  constructor(options: CallerOptions, isBackground = false) {
    this.#options = options;
    this.#transport = options.transport;
    this.#tokens = options.tokens;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#isBackground = isBackground;
    this.pause = options.pause ?? new ServerPause(options.clock);
  }

  /** A caller for background requests. It rejects calls without sending them during a {@link ServerPause}. */
  inBackground(): Caller {
    return new Caller({ ...this.#options, pause: this.pause }, true);
  }

  /** @throws OnnaError for anything but an answer in the 2xx range. */
  async call(call: Call): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#authorized(call, wholeTimeoutMs, (response) => this.#readWhole(response, call));
      } catch (error) {
        const wait = call.retry ? this.#retryDelay(error, attempt, call.retry) : undefined;
        if (wait === undefined) throw error;
        await delay(this.#clock, wait, call.signal);
        if (call.signal?.aborted) throw new OnnaError({ kind: 'cancelled' });
      }
    }
  }

  /**
   * Sends a call without side effects, with retries, and parses the JSON of the answer.
   * @param what See {@link jsonOf}.
   */
  async readJson(call: Call, what: string): Promise<unknown> {
    return jsonOf(await this.call({ retry: true, ...call }), what);
  }

  /**
   * Sends an action once. Answers to actions are not documented: any 2xx means success (docs/onna-api.md §14.12),
   * except a web page.
   */
  async act(call: Call): Promise<Answer> {
    const answer = await this.call({ ...call, answerTimeoutMs: actionTimeoutMs });
    refuseWebPage(answer, 'answer to an action');
    return answer;
  }

  /** Like {@link call}, but returns the body unread, for downloads. Never retries. */
  async open(call: Call): Promise<TransportResponse> {
    return this.#authorized(call, undefined, (response) => Promise.resolve(response));
  }

  #retryDelay(error: unknown, attempt: number, retry: true | 'unprocessed'): number | undefined {
    const base = retryDelaysMs[attempt];
    if (base === undefined || !isOnnaError(error)) return undefined;
    const { failure } = error;
    const isTransient =
      isOnnaError(error, ...transient) ||
      // Of the timeouts, only connect timeouts are retried. After an answer timeout, the user has already
      // waited long enough.
      (failure.kind === 'timeout' && failure.phase === 'connect') ||
      (retry === true && isOnnaError(error, 'unreachable')) ||
      (retry === true &&
        failure.kind === 'serverError' &&
        (failure.status === 502 || failure.status === 503 || failure.status === 504));
    if (!isTransient) return undefined;
    // A pause that another answer requested applies to this call too.
    const requested = Math.max(retryAfterMs(error) ?? 0, this.pause.remainingMs());
    if (requested > maxRetryWaitMs) return undefined;
    return Math.max(requested, base * (0.75 + this.#clock.random() / 2));
  }

  async #authorized<T>(
    call: Call,
    wholeMs: number | undefined,
    read: (response: TransportResponse) => Promise<T>,
  ): Promise<T> {
    // Checked before the token is requested, because a renewal sends requests too.
    if (this.#isBackground) this.#refuseWhilePaused();
    const token = await this.#tokens?.token(call.signal);
    try {
      return await this.#send(call, wholeMs, token, read);
    } catch (error) {
      if (!this.#tokens || token === undefined || !isOnnaError(error, 'signedOut')) throw error;
      // The service did nothing because it rejected the token, so even an action may be sent again.
      const renewed = await this.#tokens.renew(token, call.signal);
      return this.#send(call, wholeMs, renewed, read);
    }
  }

  #refuseWhilePaused(): void {
    const remaining = this.pause.remainingMs();
    if (remaining > 0) throw new OnnaError({ kind: 'rateLimited', retryAfterMs: remaining });
  }

  async #send<T>(
    call: Call,
    wholeMs: number | undefined,
    token: string | undefined,
    read: (response: TransportResponse) => Promise<T>,
  ): Promise<T> {
    const started = this.#clock.now();
    const request = (): FailedRequest => ({
      method: call.method,
      path: call.url.pathname,
      durationMs: this.#clock.now() - started,
    });
    let status: number | undefined;
    const timeouts = {
      answerMs: call.answerTimeoutMs ?? answerTimeoutMs,
      pauseMs: pauseTimeoutMs,
      ...(wholeMs === undefined ? {} : { wholeMs }),
    };
    try {
      const response = await sendWithin(this.#transport, requestOf(call, token), timeouts, this.#clock);
      status = response.status;
      if (status < 200 || status >= 300) {
        const text = (await readErrorText(response)) || response.statusText;
        throw new OnnaError(failureOf(status, response.headers, text, this.#clock.now(), call.url));
      }
      const result = await read(response);
      this.#log({ ...request(), status });
      return result;
    } catch (error) {
      if (!isOnnaError(error)) throw error;
      this.pause.note(error);
      const detailed = new OnnaError(error.failure, request());
      this.#log({ ...request(), status, error: detailed });
      throw detailed;
    }
  }

  async #readWhole(response: TransportResponse, call: Call): Promise<Answer> {
    const text = await readText(response, call.limitBytes ?? 32 << 20);
    return { status: response.status, headers: response.headers, text };
  }
}

/** The body of an error answer. Empty if the body is too large, because the status alone is enough. */
async function readErrorText(response: TransportResponse): Promise<string> {
  try {
    return await readText(response, 1 << 20);
  } catch (error) {
    if (!isOnnaError(error, 'tooLarge')) throw error;
    return '';
  }
}

function requestOf(call: Call, token: string | undefined): TransportRequest {
  const body = call.bodyWith && token !== undefined ? call.bodyWith(token) : call.body;
  const sent = call.bytes ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    method: call.method,
    url: call.url,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...call.headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
    signal: call.signal,
  };
}

/**
 * Parses the JSON of an answer.
 * @param what The expected content, for the error: "list of Datasources".
 * @throws OnnaError `decode` for HTML, truncated or empty bodies.
 */
export function jsonOf(answer: Answer, what: string): unknown {
  const text = answer.text.trim();
  if (text === '') throw new OnnaError({ kind: 'decode', what, problem: 'the answer is empty' });
  refuseWebPage(answer, what);
  try {
    return JSON.parse(text);
  } catch {
    throw new OnnaError({
      kind: 'decode',
      what,
      problem: `the answer is not valid JSON (${text.length} characters)`,
    });
  }
}

/**
 * Rejects HTML sent where JSON was expected: a proxy's sign-in page has status 200.
 * @throws OnnaError `decode`
 */
export function refuseWebPage(answer: Answer, what: string): void {
  if (answer.text.trimStart().startsWith('<'))
    throw new OnnaError({
      kind: 'decode',
      what,
      problem: 'the answer is a web page, not JSON',
      form: 'webPage',
    });
}

/**
 * Returns `value` if a decoder recognized the JSON.
 * @throws OnnaError `decode` if `value` is undefined
 */
export function decoded<T>(value: T | undefined, what: string): T {
  if (value === undefined)
    throw new OnnaError({ kind: 'decode', what, problem: 'the JSON has an unexpected shape' });
  return value;
}
