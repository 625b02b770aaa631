/** A complete HTTP response. */
export interface Answer {
  readonly status: number;
  /** Reason phrase, if the service replaces the standard one (docs/onna-api.md §1). */
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: AnswerBody;
  /** Whether a large JSON or text body may be compressed. Default: no. */
  readonly mayCompress?: boolean;
}

/** An `empty` body is sent with the JSON content type, as the framework does (docs/onna-api.md §9). */
type AnswerBody =
  | { readonly kind: 'empty' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'bytes';
      readonly chunks: Iterable<Uint8Array>;
      /** Length in bytes. */
      readonly length: number;
      readonly contentType: string;
    }
  /** Text whose length is not known when the answer begins. */
  | { readonly kind: 'stream'; readonly chunks: AsyncIterable<string> };

/** An answer with a JSON body. */
export function json(value: unknown, status = 200): Answer {
  return { status, body: { kind: 'json', value } };
}

/** An answer with a plain text body. */
export function text(content: string, status = 200, reason?: string): Answer {
  return { status, ...(reason === undefined ? {} : { reason }), body: { kind: 'text', text: content } };
}

/** An answer without a body. */
export function empty(status: number): Answer {
  return { status, body: { kind: 'empty' } };
}

/** Thrown in a handler to end the request with this answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}
