/** The field that a condition tests. */
interface TermVariable {
  readonly var: string;
}

/** A condition in the `advanced` part of a `@frontsearch` request (docs/onna-api.md §6). */
export type Term =
  | { readonly text_contains: readonly [TermVariable, string] }
  | { readonly in: readonly [TermVariable, readonly string[]] }
  | { readonly '>': readonly [TermVariable, number] }
  | { readonly '<': readonly [TermVariable, number] }
  | { readonly exists: readonly [TermVariable] }
  | { readonly and: readonly Term[] }
  | { readonly or: readonly Term[] }
  /** Always exactly one term: it is not documented whether several mean "none of" or "not all of". */
  | { readonly and_not: readonly [Term] };
