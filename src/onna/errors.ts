/** A field that the service rejected, with the reason (docs/onna-api.md §9, `deserialization_errors`). */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/**
 * Every failure between a call and its decoded answer. Created only in `onna/`. `ui/text/` writes the messages for
 * users.
 */
export type OnnaFailure =
  | { readonly kind: 'cancelled' }
  /** The connection failed or broke. `code` comes from Node or undici (`ENOTFOUND`, …). */
  | { readonly kind: 'unreachable'; readonly host: string; readonly code: string }
  | {
      readonly kind: 'timeout';
      readonly host: string;
      readonly phase: 'connect' | 'answer' | 'body';
      readonly afterMs: number;
    }
  | { readonly kind: 'tls'; readonly host: string; readonly code: string }
  /** The connection through the proxy failed. `proxy` is the proxy's host and port, if known. */
  | {
      readonly kind: 'proxy';
      readonly host: string;
      readonly proxy?: string;
      readonly status?: number;
      readonly code?: string;
    }
  /** There is no token, or the service rejected it. */
  | { readonly kind: 'signedOut'; readonly message?: string }
  /** The service rejected the user or the password at sign-in. */
  | { readonly kind: 'badCredentials'; readonly message?: string }
  /** The user exists but is not allowed to sign in. */
  | { readonly kind: 'userBlocked' }
  /** `@oauthgetcode` returned `auth_code: null` (docs/onna-api.md §1): the account is unknown or allows only SSO. */
  | { readonly kind: 'signInRefused'; readonly message?: string }
  /** The account does not exist. `hasContainer`: whether its container exists. */
  | {
      readonly kind: 'noSuchAccount';
      readonly container: string;
      readonly account: string;
      readonly hasContainer?: boolean;
    }
  /**
   * The caller has no permission, so signing in again would not help. Onna has no 403: it sends 401 with the caller's
   * login (docs/onna-api.md §9).
   */
  | {
      readonly kind: 'noPermission';
      readonly status: 401 | 403;
      readonly login?: string;
      readonly message?: string;
    }
  /** `isPage`: the answer was a web page, which Onna never sends. */
  | { readonly kind: 'notFound'; readonly isPage?: true }
  /** The Resource exists, but the service has no file for it. */
  | { readonly kind: 'noContent' }
  | { readonly kind: 'duplicateId'; readonly message?: string }
  /** 409 `{summary}`: the service's database gave up after several retries. */
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
   * The answer does not match the API: truncated JSON, or an unexpected shape. `what` and `problem` are for
   * the log. `form` is set only for a web page, or for JSON that is nested too deeply to display.
   */
  | {
      readonly kind: 'decode';
      readonly what: string;
      readonly problem: string;
      readonly form?: 'webPage' | 'tooDeep';
    }
  | { readonly kind: 'tooLarge'; readonly limitBytes: number }
  /**
   * A redirect. It is never followed, because the token belongs to one origin. Of the endpoints in use, only
   * `@resolveuid` redirects.
   */
  | {
      readonly kind: 'redirected';
      readonly to: string;
      /**
       * The URL of the target without its query, even if the target is on another server. Used for `@resolveuid`, and
       * never displayed.
       */
      readonly location?: string;
    };

type OnnaFailureKind = OnnaFailure['kind'];

/** The request that failed. Headers, body and query string are left out, because they may contain secrets. */
export interface FailedRequest {
  readonly method: string;
  readonly path: string;
  readonly durationMs: number;
}

/** The only error class that `onna/` throws. */
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

/** Whether `error` is an {@link OnnaError} of one of `kinds` (of any kind if `kinds` is empty). */
export function isOnnaError(error: unknown, ...kinds: OnnaFailureKind[]): error is OnnaError {
  return error instanceof OnnaError && (kinds.length === 0 || kinds.includes(error.failure.kind));
}

/** The wait that the service requested, in ms. Undefined if it did not request a wait. */
export function retryAfterMs(error: unknown): number | undefined {
  if (!(error instanceof OnnaError)) return undefined;
  return 'retryAfterMs' in error.failure ? error.failure.retryAfterMs : undefined;
}
