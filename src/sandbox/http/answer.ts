/** What is sent back for a request. */
export interface Answer {
  readonly status: number;
  /** The reason phrase, where the service puts words into it (docs/onna-api.md §1). */
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: AnswerBody;
}

/** `empty` keeps the JSON content type, as the framework does (docs/onna-api.md §9). */
export type AnswerBody =
  | { readonly kind: 'empty' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'bytes';
      readonly chunks: Iterable<Uint8Array>;
      /** In bytes. */
      readonly length: number;
      readonly contentType: string;
    };

/** 200, or another status, with JSON. */
export function json(value: unknown, status = 200): Answer {
  return { status, body: { kind: 'json', value } };
}

/** Plain text. */
export function text(content: string, status = 200, reason?: string): Answer {
  return { status, ...(reason === undefined ? {} : { reason }), body: { kind: 'text', text: content } };
}

/** Nothing but a status. */
export function empty(status: number): Answer {
  return { status, body: { kind: 'empty' } };
}

/** An answer that ends the handling of a request from wherever it is thrown. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}
