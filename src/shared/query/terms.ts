/** The field that a condition looks at. */
export interface TermVariable {
  readonly var: string;
}

/** A condition of `@frontsearch`, as the service reads it in `advanced` (docs/onna-api.md §6). */
export type Term =
  | { readonly text_contains: readonly [TermVariable, string] }
  | { readonly in: readonly [TermVariable, readonly string[]] }
  | { readonly '>': readonly [TermVariable, number] }
  | { readonly '<': readonly [TermVariable, number] }
  | { readonly exists: readonly [TermVariable] }
  | { readonly and: readonly Term[] }
  | { readonly or: readonly Term[] }
  /** Always with exactly one term: whether several would mean "none of" or "not all of" is not published. */
  | { readonly and_not: readonly [Term] };
