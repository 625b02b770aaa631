/** A field that the service refused, and why (docs/onna-api.md §9, `deserialization_errors`). */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** Everything that can go wrong between a call and its decoded answer. Made at the edge, put into words once. */
export type OnnaFailure =
  | { readonly kind: 'cancelled' }
  /** No connection could be made, or it broke. `code` is Node's or undici's own (`ENOTFOUND`, …). */
  | { readonly kind: 'unreachable'; readonly host: string; readonly code: string }
  | {
      readonly kind: 'timeout';
      readonly host: string;
      readonly phase: 'connect' | 'answer' | 'body';
      readonly afterMs: number;
    }
  | { readonly kind: 'tls'; readonly host: string; readonly code: string }
  /** The proxy made no connection. `proxy` is its host and port, where it is known. */
  | {
      readonly kind: 'proxy';
      readonly host: string;
      readonly proxy?: string;
      readonly status?: number;
      readonly code?: string;
    }
  /** There is no token, or the service took it for nobody's. */
  | { readonly kind: 'signedOut'; readonly message?: string }
  /** User or password refused at sign-in. */
  | { readonly kind: 'badCredentials'; readonly message?: string }
  /** The user exists, but may not sign in. */
  | { readonly kind: 'userBlocked' }
  /** `@oauthgetcode` answered 200 with `auth_code: null` (docs/onna-api.md §1): unknown account, or sign-in by SSO only. */
  | { readonly kind: 'signInRefused'; readonly message?: string }
  /** There is nothing at the account's address. `hasContainer`: at least its container is there. */
  | {
      readonly kind: 'noSuchAccount';
      readonly container: string;
      readonly account: string;
      readonly hasContainer?: boolean;
    }
  /** 401 with the caller's own login: there is no 403 (docs/onna-api.md §9). Signing in again would not help. */
  | {
      readonly kind: 'noPermission';
      readonly status: 401 | 403;
      readonly login?: string;
      readonly message?: string;
    }
  /** `isPage`: a web page answered, which Onna never does. */
  | { readonly kind: 'notFound'; readonly isPage?: true }
  /** The Resource exists, but the service keeps no file of it. */
  | { readonly kind: 'noContent' }
  | { readonly kind: 'duplicateId'; readonly message?: string }
  /** 409 `{summary}`: the service's database gave up after its own retries. */
  | { readonly kind: 'writeConflict' }
  | {
      readonly kind: 'invalid';
      readonly status: number;
      readonly message?: string;
      readonly fields: readonly FieldProblem[];
    }
  | { readonly kind: 'authServerDown'; readonly message?: string; readonly retryAfterMs?: number }
  | { readonly kind: 'rateLimited'; readonly retryAfterMs?: number }
  | {
      readonly kind: 'serverError';
      readonly status: number;
      readonly eid?: string;
      readonly message?: string;
      readonly retryAfterMs?: number;
    }
  | {
      readonly kind: 'unexpectedStatus';
      readonly status: number;
      readonly message?: string;
      readonly isPage?: true;
    }
  /**
   * The answer was not what the API describes: cut-off JSON, another shape. `what` and `problem` are for the log.
   * `form` tells what else came: a web page, or JSON that is nested too deeply to be shown.
   */
  | {
      readonly kind: 'decode';
      readonly what: string;
      readonly problem: string;
      readonly form?: 'webPage' | 'tooDeep';
    }
  | { readonly kind: 'tooLarge'; readonly limitBytes: number }
  /** Not followed: the token belongs to one origin only, and no endpoint of the service redirects what is sent here. */
  | { readonly kind: 'redirected'; readonly to: string };

export type OnnaFailureKind = OnnaFailure['kind'];

/** What was asked when it failed. Never holds a header, a body or a query string: those can carry secrets. */
export interface FailedRequest {
  readonly method: string;
  readonly path: string;
  readonly durationMs: number;
}

/** The one error that `onna/` throws. */
export class OnnaError extends Error {
  override readonly name = 'OnnaError';
  readonly failure: OnnaFailure;
  readonly request: FailedRequest | undefined;

  constructor(failure: OnnaFailure, request?: FailedRequest) {
    super(request ? `${failure.kind}: ${request.method} ${request.path}` : failure.kind);
    this.failure = failure;
    this.request = request;
  }
}

/** Whether `error` is an {@link OnnaError} of one of `kinds` (of any kind when none is named). */
export function isOnnaError(error: unknown, ...kinds: OnnaFailureKind[]): error is OnnaError {
  return error instanceof OnnaError && (kinds.length === 0 || kinds.includes(error.failure.kind));
}

/** The wait that the service itself asked for, in ms, if it did. */
export function retryAfterMs(error: unknown): number | undefined {
  if (!(error instanceof OnnaError)) return undefined;
  return 'retryAfterMs' in error.failure ? error.failure.retryAfterMs : undefined;
}
