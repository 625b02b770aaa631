import * as v from 'valibot';

/** The short names of fields in the query language. */
export const queryFields = ['type', 'in', 'after', 'before', 'title', 'text', 'path', 'exception'] as const;
export type QueryField = (typeof queryFields)[number];

export const completionKinds = ['field', 'value', 'datasource', 'word'] as const;
export type CompletionKind = (typeof completionKinds)[number];

export const completionSchema = v.object({
  kind: v.picklist(completionKinds),
  /** The text to insert. */
  text: v.string(),
  /** The text to show: short and sanitized. */
  label: v.string(),
});

/** A completion of a part of the query. */
export type Completion = Readonly<v.InferOutput<typeof completionSchema>>;
